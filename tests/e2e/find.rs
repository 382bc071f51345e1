//! What a person looks for: a thing by its role and its name, as assistive technology would say them.

/// A thing on the page: `button("Save")`.
#[derive(Clone, Debug)]
pub struct Named {
    /// The ARIA role.
    pub role: &'static str,
    /// The accessible name.
    pub name: String,
}

/// A button.
pub fn button(name: &str) -> Named {
    Named { role: "button", name: name.into() }
}

/// A link, the items of the sidebar among them.
pub fn link(name: &str) -> Named {
    Named { role: "link", name: name.into() }
}

/// A field to type in.
pub fn field(name: &str) -> Named {
    Named { role: "textbox", name: name.into() }
}

/// A heading.
pub fn heading(name: &str) -> Named {
    Named { role: "heading", name: name.into() }
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} “{}”", self.role, self.name)
    }
}
