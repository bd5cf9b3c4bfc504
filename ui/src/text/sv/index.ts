// Every sentence a person reads, in Swedish. English: ../en, with the same keys. The screen fetches the two parts on their own.
import first from "./first";
import rest from "./rest";

export default { ...first, ...rest };
