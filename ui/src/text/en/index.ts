// The same sentences in English; ../sv is the original and holds the keys.
import first from "./first";
import rest from "./rest";

export default { ...first, ...rest };
