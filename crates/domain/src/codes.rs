//! Stable codes: the words by which programs tell errors apart. One table per kind of error gives both the method and
//! the list, so that a screen can be held to have a sentence for each.

/// Writes `code()` and `CODES` from one table, inside an `impl`. After `else` stand the variants that pass on the code of
/// another error; those are in that one's list.
#[macro_export]
macro_rules! stable_codes {
    ($self:ident -> $answer:ty {
        $($pattern:pat $(if $when:expr)? => $code:literal,)+
    } $(else { $($other:pat => $through:expr,)+ })?) => {
        /// Every stable code of its own; those that it passes on stand in the list of the error that they come from.
        pub const CODES: &'static [&'static str] = &[$($code),+];

        /// The stable code that screens, logs and problem documents use.
        #[must_use]
        pub fn code(&$self) -> $answer {
            match $self {
                $($pattern $(if $when)? => $code,)+
                $($($other => $through,)+)?
            }
        }
    };
}
