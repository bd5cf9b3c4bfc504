// Invented people and clinics of the in-memory backend. Personal numbers use the authorities' test range (birth numbers 980-999).
import type { PracticePerson, Role, GroupView } from "../bindings";

export const CLINICS = [
  { id: "SE2321000016-1BJK", name: "Björkens vårdcentral" },
  { id: "SE2321000016-2STR", name: "Strandens rehabmottagning" },
] as const;

export const GROUPS: (GroupView & { clinic: string; members: string[] })[] = [
  { id: "6f6a0c1e-0000-4000-8000-000000000001", name: "Diabetessköterskor", clinic: CLINICS[0].id, members: ["SE2321000016-1003", "SE2321000016-1002"] },
  { id: "6f6a0c1e-0000-4000-8000-000000000002", name: "Fysioterapeuter", clinic: CLINICS[1].id, members: ["SE2321000016-1004", "SE2321000016-1006"] },
];

export type FakePerson = {
  hsaId: string;
  name: string;
  title: string;
  protectedIdentity: boolean;
  roles: Partial<Record<string, Role[]>>;
};

const [bjork, strand] = CLINICS;

export const PEOPLE: FakePerson[] = [
  { hsaId: "SE2321000016-1001", name: "Anna Nordin", title: "Undersköterska", protectedIdentity: false, roles: { [bjork.id]: ["receiver"] } },
  { hsaId: "SE2321000016-1002", name: "Sara Lindqvist", title: "Distriktssköterska", protectedIdentity: false, roles: { [bjork.id]: ["handler"] } },
  { hsaId: "SE2321000016-1003", name: "Maria Ek", title: "Diabetessköterska", protectedIdentity: true, roles: { [bjork.id]: ["handler"] } },
  { hsaId: "SE2321000016-1004", name: "Johan Åberg", title: "Fysioterapeut", protectedIdentity: false, roles: { [strand.id]: ["handler"] } },
  { hsaId: "SE2321000016-1005", name: "Leila Haddad", title: "Verksamhetschef", protectedIdentity: false, roles: { [bjork.id]: ["receiver", "handler", "localAdmin"], [strand.id]: ["receiver"] } },
  { hsaId: "SE2321000016-1006", name: "Karin Cederschiöld-Wachtmeister af Björneborg", title: "Specialistfysioterapeut", protectedIdentity: false, roles: { [strand.id]: ["receiver", "handler"] } },
  { hsaId: "SE2321000016-1007", name: "Peter Holm", title: "Behörighetsadministratör", protectedIdentity: false, roles: { [bjork.id]: ["permissionAdmin"] } },
  { hsaId: "SE2321000016-1008", name: "Ulla Granat", title: "Granskare", protectedIdentity: false, roles: { [bjork.id]: ["auditor"], [strand.id]: ["auditor"] } },
  { hsaId: "SE2321000016-1009", name: "Oskar Lund", title: "Läkare", protectedIdentity: false, roles: { [bjork.id]: ["handler"] } },
  { hsaId: "SE2321000016-1010", name: "Per Sandberg", title: "Regional administratör", protectedIdentity: false, roles: { [bjork.id]: ["regionAdmin"], [strand.id]: ["regionAdmin"] } },
];

export function practicePeople(): PracticePerson[] {
  return PEOPLE.map(({ hsaId, name, title, protectedIdentity, roles }) => ({
    hsaId, name, title, protectedIdentity,
    assignments: CLINICS.flatMap((clinic) => {
      const held = roles[clinic.id];
      return held ? [{ clinicName: clinic.name, roles: held }] : [];
    }),
  }));
}

export const RESIDENTS = [
  { name: "Elin Testberg", personalId: "199801019804", sex: "female", protectedIdentity: false, age: 28 },
  { name: "Tolvan Tolvansson", personalId: "191212129983", sex: "male", protectedIdentity: false, age: 113 },
  { name: "Nils Provström", personalId: "197503129814", sex: "male", protectedIdentity: false, age: 51 },
  { name: "Greta Övning", personalId: "194411059886", sex: "female", protectedIdentity: false, age: 82 },
  { name: "Maj-Britt Cederschiöld-Wachtmeister af Björneborg", personalId: "195206179888", sex: "female", protectedIdentity: false, age: 74 },
  { name: "Skyddad Exempelsson", personalId: "198707229830", sex: "male", protectedIdentity: true, age: 39 },
  { name: "Amira Demo", personalId: "200102149986", sex: "female", protectedIdentity: false, age: 25 },
  { name: "Lo Mallgren", personalId: "199006309992", sex: "unknown", protectedIdentity: false, age: 36 },
  { name: "Ebba Prövare", personalId: "196812249966", sex: "female", protectedIdentity: false, age: 57 },
  { name: "Ali Fiktiv", personalId: "198309099870", sex: "male", protectedIdentity: false, age: 43 },
] as const;

export const CASE_TYPES = [
  "Förnya recept",
  "Boka, boka om eller avboka tid",
  "Fråga om provsvar",
  "Förlänga sjukskrivning",
  "Beställa journalkopia",
  "Kontakta mottagningen",
  "Fråga om remiss",
  "Egen vårdbegäran till rehabilitering efter knä- eller höftoperation, för dig som är över 65 år",
] as const;
