//! What people of the corpus write with: common words, words of the clinic and what compounds are made of, names. All
//! invented or everyday; the order is the order of how common they are.

/// The words that hold sentences together; the most common of all.
pub const COMMON: [&str; 48] = [
    "jag", "och", "att", "det", "har", "inte", "på", "som", "en", "för", "är", "med", "den", "till", "av", "sedan", "men",
    "om", "ni", "vill", "kan", "ett", "mig", "när", "så", "från", "nu", "då", "efter", "eller", "ska", "var", "också",
    "hur", "mycket", "hej", "tack", "mvh", "hälsningar", "behöver", "känner", "fått", "igen", "några", "dagar", "veckor",
    "mina", "gärna",
];

/// First and last parts of compounds, and words by themselves.
pub const STEMS: [&str; 121] = [
    "recept", "läkare", "tid", "värk", "hosta", "feber", "besök", "provsvar", "remiss", "tablett", "medicin", "smärta",
    "blod", "tryck", "knä", "rygg", "huvud", "mage", "allergi", "vaccin", "intyg", "sjuk", "skriv", "apotek", "dos",
    "vecka", "månad", "dag", "natt", "sömn", "öga", "öra", "hud", "utslag", "sår", "läkning", "svullnad", "kontroll",
    "förnyelse", "besvär", "astma", "spray", "hjärta", "lunga", "andning", "klåda", "yrsel", "trötthet", "oro", "ångest",
    "stress", "samtal", "telefon", "mottagning", "sköterska", "distrikt", "barn", "mamma", "pappa", "skola", "arbete",
    "försäkring", "kassa", "hjälp", "råd", "svar", "fråga", "undersökning", "röntgen", "ultraljud", "prov", "värde",
    "socker", "diabetes", "insulin", "mätare", "salva", "kräm", "plåster", "bandage", "kryckor", "höft", "axel", "nacke",
    "armbåge", "hand", "finger", "fot", "tå", "häl", "vad", "lår", "ben", "arm", "bröst", "hals", "näsa", "mun", "tand",
    "tunga", "lever", "njure", "urin", "infektion", "inflammation", "antibiotika", "penicillin", "biverkning", "överkänslig",
    "graviditet", "mens", "klimakterie", "prostata", "cancer", "operation", "narkos", "sjukhus", "akut", "rehab",
    "träning", "kost",
];

/// What a word of two or three parts may end with.
pub const ENDINGS: [&str; 10] = ["", "en", "et", "ar", "or", "erna", "ens", "ning", "s", "na"];

/// What parts of words begin with, have in the middle and end with; the clinic has more words than fit on a page.
pub const ONSETS: [&str; 32] = [
    "b", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "bl", "br", "dr", "fl", "fr", "gr", "kl",
    "kr", "pl", "sk", "skr", "sl", "sn", "st", "str", "sv", "tr",
];
pub const VOWELS: [&str; 10] = ["a", "e", "i", "o", "u", "y", "å", "ä", "ö", "a"];
pub const CODAS: [&str; 24] = [
    "", "b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "ck", "ft", "ld", "ll", "mp", "nd", "ng", "nk", "rd",
    "rm", "st",
];

/// Parts that names of medicines are put together from.
pub const SYLLABLES: [&str; 24] = [
    "zop", "lev", "dox", "tra", "mil", "vent", "sal", "bux", "pran", "kor", "fen", "tol", "rix", "dal", "meth", "ipra",
    "oxi", "ela", "uni", "ast", "pro", "max", "lor", "cin",
];

pub const GIVEN: [&str; 64] = [
    "Elin", "Åke", "Örjan", "Maja", "Sven", "Astrid", "Nils", "Greta", "Vera", "Björn", "Anna", "Lars", "Karin", "Erik",
    "Åsa", "Olle", "Ida", "Kjell", "Märta", "Göran", "Birgit", "Rune", "Siv", "Tage", "Alva", "Hugo", "Ebba", "Liam",
    "Wilma", "Noah", "Fatima", "Ali", "Amina", "Yusuf", "Leila", "Omar", "Zara", "Ivan", "Olga", "Piotr", "Ewa", "Matti",
    "Aino", "Mikko", "Ingrid", "Sölve", "Gun", "Bo", "Ulla", "Kent", "Lena", "Tom", "Pia", "Max", "Li", "Jo", "Stina",
    "Ellinor", "Margareta", "Elisabet", "Kristoffer", "Alexandra", "Frida", "Tyra",
];

/// First and last parts of family names.
pub const FAMILY: ([&str; 40], [&str; 24]) = (
    [
        "Berg", "Lind", "Sand", "Björk", "Ek", "Gran", "Hag", "Holm", "Lund", "Ny", "Ström", "Söder", "Väster", "Öster",
        "Ås", "Häll", "Dal", "Fors", "Sjö", "Alm", "Kvarn", "Bäck", "Skog", "Äng", "Vik", "Norr", "Rot", "Hult", "Sten",
        "Löv", "Rosen", "Silver", "Hjort", "Falk", "Kull", "Mo", "Näs", "Ros", "Tall", "Ull",
    ],
    [
        "berg", "ström", "gren", "kvist", "lund", "mark", "stedt", "dal", "qvist", "man", "holm", "blad", "sten", "vall",
        "fors", "rup", "felt", "ander", "elius", "ing", "borg", "hed", "ryd", "låtsas",
    ],
);

pub const TYPES: [&str; 6] =
    ["Förnya recept", "Boka tid", "Sjukintyg", "Provsvar", "Fråga om läkemedel", "Ändra eller avboka besök"];
