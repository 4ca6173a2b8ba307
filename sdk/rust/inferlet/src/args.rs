use crate::bindings::pie4j::inferlet::runtime;
use crate::error::{Error, Result};
use std::fmt::Display;
use std::str::FromStr;

/// A program's arguments: `--name value`, `--name=value`, `-n value`, and flags.
pub struct Args {
    left: Vec<String>,
}

/// An option's names.
pub trait Names {
    /// Whether this is one of them.
    fn has(&self, given: &str) -> bool;
    /// For messages.
    fn text(&self) -> String;
}

impl Names for &str {
    fn has(&self, given: &str) -> bool {
        *self == given
    }

    fn text(&self) -> String {
        (*self).to_string()
    }
}

impl<const N: usize> Names for [&str; N] {
    fn has(&self, given: &str) -> bool {
        self.contains(&given)
    }

    fn text(&self) -> String {
        self.join(" or ")
    }
}

impl Args {
    /// Those that the program was launched with.
    pub fn of_program() -> Self {
        Self {
            left: runtime::arguments(),
        }
    }

    /// These.
    pub fn new(arguments: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            left: arguments.into_iter().map(Into::into).collect(),
        }
    }

    /// Takes a flag out; whether it was given.
    pub fn contains(&mut self, names: impl Names) -> bool {
        let found = self.left.iter().position(|given| names.has(given));
        if let Some(index) = found {
            self.left.remove(index);
        }
        found.is_some()
    }

    /// Takes an option out; an error if it was not given, or not with such a value.
    pub fn value_from_str<T: FromStr>(&mut self, names: impl Names) -> Result<T>
    where
        T::Err: Display,
    {
        let text = names.text();
        self.opt_value_from_str(names)?
            .ok_or_else(|| Error::new(format!("the option {text} is missing")))
    }

    /// Takes an option out if it was given.
    pub fn opt_value_from_str<T: FromStr>(&mut self, names: impl Names) -> Result<Option<T>>
    where
        T::Err: Display,
    {
        let Some(value) = self.take(&names)? else {
            return Ok(None);
        };
        value.parse().map(Some).map_err(|problem: T::Err| {
            Error::new(format!(
                "the option {} cannot be '{value}': {problem}",
                names.text()
            ))
        })
    }

    fn take(&mut self, names: &impl Names) -> Result<Option<String>> {
        for index in 0..self.left.len() {
            let given = &self.left[index];
            if let Some((name, value)) = given.split_once('=') {
                if names.has(name) {
                    let value = value.to_string();
                    self.left.remove(index);
                    return Ok(Some(value));
                }
            }
            if names.has(given) {
                if index + 1 == self.left.len() {
                    return Err(Error::new(format!("the option {given} needs a value")));
                }
                self.left.remove(index);
                return Ok(Some(self.left.remove(index)));
            }
        }
        Ok(None)
    }

    /// What nobody took; an error if that is an option, for it is misspelt then.
    pub fn finish(self) -> Result<Vec<String>> {
        match self.left.iter().find(|given| given.starts_with("--")) {
            Some(unknown) => Err(Error::new(format!("there is no option '{unknown}'"))),
            None => Ok(self.left),
        }
    }
}

/// What a program's `main` may take.
pub trait Given: Sized {
    /// Made of the arguments that the program was launched with.
    fn given(arguments: Args) -> Result<Self>;
}

impl Given for Args {
    fn given(arguments: Args) -> Result<Self> {
        Ok(arguments)
    }
}

/// The value of `--prompt`, or all arguments, a space between them.
impl Given for String {
    fn given(mut arguments: Args) -> Result<Self> {
        if let Some(prompt) = arguments.opt_value_from_str("--prompt")? {
            arguments.finish()?;
            return Ok(prompt);
        }
        let words = arguments.finish()?;
        if words.is_empty() {
            return Err(Error::new("the program takes a text, none was given"));
        }
        Ok(words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::{Args, Given};

    #[test]
    fn a_program_may_take_a_text() {
        let text = |given: &[&str]| String::given(Args::new(given.to_vec()));
        assert_eq!(text(&["--prompt=a b"]).unwrap(), "a b");
        assert_eq!(text(&["What", "now?"]).unwrap(), "What now?");
        assert!(text(&[]).unwrap_err().message().contains("takes a text"));
        assert!(text(&["--promt", "x"]).is_err());
    }

    #[test]
    fn options_are_taken_in_both_forms() {
        let mut args = Args::new(["-n", "3", "--prompt=a b", "--raw", "rest"]);
        assert_eq!(
            args.value_from_str::<usize>(["-n", "--max-tokens"])
                .unwrap(),
            3
        );
        assert_eq!(args.value_from_str::<String>("--prompt").unwrap(), "a b");
        assert!(args.contains("--raw"));
        assert!(!args.contains("--raw"));
        assert_eq!(args.finish().unwrap(), ["rest"]);
    }

    #[test]
    fn mistakes_are_named() {
        let mut args = Args::new(["-n", "three", "--typo", "--last"]);
        let bad = args.value_from_str::<usize>("-n").unwrap_err();
        assert!(bad.message().contains("-n cannot be 'three'"), "{bad}");
        assert!(args
            .value_from_str::<String>("--none")
            .unwrap_err()
            .message()
            .contains("--none is missing"));
        assert!(args
            .value_from_str::<String>("--last")
            .unwrap_err()
            .message()
            .contains("needs a value"));
        assert!(args.finish().unwrap_err().message().contains("--typo"));
    }
}
