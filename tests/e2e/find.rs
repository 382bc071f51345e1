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

/// One of several cards of which one is picked.
pub fn radio(name: &str) -> Named {
    Named { role: "radio", name: name.into() }
}

/// A box to tick.
pub fn checkbox(name: &str) -> Named {
    Named { role: "checkbox", name: name.into() }
}

/// A button that opens a list to choose from.
pub fn select(name: &str) -> Named {
    Named { role: "select", name: name.into() }
}

/// One of the choices of an open list.
pub fn option(name: &str) -> Named {
    Named { role: "option", name: name.into() }
}

/// A line of an open menu.
pub fn menu_item(name: &str) -> Named {
    Named { role: "menuitem", name: name.into() }
}

/// A part of an object.
pub fn tab(name: &str) -> Named {
    Named { role: "tab", name: name.into() }
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} “{}”", self.role, self.name)
    }
}
