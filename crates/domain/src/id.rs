//! Names for things: random ids, made by the side that creates the thing.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new random id (UUID version 4).
            #[must_use]
            pub fn random() -> Self {
                Self(Uuid::new_v4())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text.trim()).map(Self)
            }
        }
    };
}

id!(
    /// One case (ärende).
    CaseId
);
id!(
    /// One message in a case's thread.
    MessageId
);
id!(
    /// One internal note; never shown to a resident.
    NoteId
);
id!(
    /// One attached file of one message; the bytes are found by their SHA-256.
    AttachmentId
);
id!(
    /// One case type (ärendetyp).
    CaseTypeId
);
id!(
    /// One reply text (svarstext).
    ReplyTemplateId
);
id!(
    /// One group of staff at a clinic.
    GroupId
);
id!(
    /// One act by one person: its idempotency key for life.
    OpId
);
id!(
    /// One computer of one person, as far as what they write on it is concerned.
    MachineId
);
