//! Regions and services of AWS to choose from. They are offered and compared with, never demanded: services that speak
//! S3's language elsewhere have regions of their own, and AWS opens new ones.

/// A name with what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The exact name.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
}

/// The regions.
pub fn regions() -> impl Iterator<Item = Known> {
    lines(include_str!("regions.txt"))
}

/// The services, by the name that signatures carry.
pub fn services() -> impl Iterator<Item = Known> {
    lines(include_str!("services.txt"))
}

fn lines(text: &'static str) -> impl Iterator<Item = Known> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t')).map(|(name, title)| Known { name, title })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_name_and_a_title() {
        for (known, source, least) in [
            (regions().collect::<Vec<_>>(), include_str!("regions.txt"), 30),
            (services().collect(), include_str!("services.txt"), 300),
        ] {
            assert_eq!(known.len(), source.lines().count() - 1);
            assert!(known.len() > least);
            for Known { name, title } in &known {
                assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{name}");
                assert!(!title.is_empty() && !title.contains('\t'), "{name}");
            }
        }
        for name in ["execute-api", "s3", "sts"] {
            assert!(services().any(|known| known.name == name), "{name}");
        }
    }
}
