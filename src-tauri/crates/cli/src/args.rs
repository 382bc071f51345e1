//! The words of the command line (clap). Shapes only; what they do is in [`crate::commands`].

use api::contract::{connect::WayView, places::RouteView};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Build connectors, add connections, verify and use them.
#[derive(Debug, Parser)]
#[command(name = "patchbay", version, max_term_width = 100, disable_help_subcommand = true)]
pub struct Arguments {
    /// Keep everything in this folder instead of the platform's data directory.
    #[arg(long, global = true, value_name = "DIR", env = "PATCHBAY_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// Write JSON to standard output, one document, or one object a line where progress is reported.
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Connectors: how services are authenticated and called.
    #[command(subcommand)]
    Connectors(Connectors),
    /// Add a connection: one authorised account on a connector.
    Connect(Connect),
    /// Connections, as a list.
    #[command(subcommand)]
    Connections(Connections),
    /// Show one connection.
    Show(Name),
    /// Make the one harmless call that proves a connection works.
    Verify(Verify),
    /// Type the values of a connection again. The old ones stay until the new ones have worked.
    Reauthorize(Reauthorize),
    /// Hand over the address that a browser landed on after a sign-in, or the error page that it shows instead.
    Redirect(Redirect),
    /// Let connections use the newest version of their connector, where that asks nothing of you.
    UseNewVersion {
        /// Link names of connections, or names where they are unique.
        #[arg(value_name = "NAME", required_unless_present = "connector")]
        connections: Vec<String>,
        /// Every connection of this connector.
        #[arg(long, value_name = "LINK_NAME", conflicts_with = "connections")]
        connector: Option<String>,
    },
    /// Renew the tokens of a connection now.
    Refresh(Name),
    /// Ask the service whether the access of a connection still works. Nothing is changed.
    Introspect(Name),
    /// Tell the service to end the authorization of a connection. Every connection that uses it is signed out.
    Revoke {
        #[command(flatten)]
        name: Name,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Change the shown name of a connection. Its link name stays.
    Rename {
        #[arg(value_name = "NAME")]
        connection: String,
        #[arg(value_name = "NEW_NAME")]
        new_name: String,
    },
    /// Make another connection on the same authorization.
    Duplicate(Name),
    /// Switch a connection off.
    Disable(Name),
    /// Switch a connection on again.
    Enable(Name),
    /// Forget a connection here. It cannot be undone.
    Delete {
        #[command(flatten)]
        name: Name,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Send a request through a connection.
    Request(Request),
    /// What happened to a connection, newest first.
    Events {
        /// The connection.
        #[arg(long, value_name = "NAME")]
        connection: String,
    },
    /// The Lab: a pretend service on this machine, to try connectors with the network off.
    #[command(subcommand)]
    Lab(Lab),
    /// Environments: named sets of values, such as Production and Staging.
    #[command(subcommand)]
    Environments(Environments),
    /// Your apps at a service: the client IDs and secrets that it gave. Connecting with another `--client-id` adds one.
    #[command(subcommand)]
    Apps(Apps),
    /// Agent groups: the routes that calls take.
    #[command(subcommand)]
    AgentGroups(AgentGroups),
    /// The vault: where secrets are sealed.
    #[command(subcommand)]
    Vault(Vault),
    /// The JSON Schema of the connector file.
    Schema,
    /// Completions for a shell.
    Completions { shell: clap_complete::Shell },
}

#[derive(Debug, Args)]
pub struct Name {
    /// Link name of the connection, or its name where that is unique.
    #[arg(value_name = "NAME")]
    pub connection: String,
}

#[derive(Debug, Subcommand)]
pub enum Connectors {
    /// List connectors.
    List {
        /// Only those shipped with Patchbay.
        #[arg(long, conflicts_with = "custom")]
        builtin: bool,
        /// Only your own.
        #[arg(long)]
        custom: bool,
        /// Only those with these words in name, link name or description.
        #[arg(long, value_name = "WORDS", default_value = "")]
        search: String,
        #[arg(long)]
        stage: Option<Stage>,
    },
    /// Show one connector.
    Show { link_name: String },
    /// Write a connector as a file.
    Export {
        link_name: String,
        /// Write here instead of standard output.
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Add connectors from files (`-` reads standard input).
    Add {
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Let the file replace the draft of a connector that exists.
        #[arg(long)]
        update: bool,
        /// Agree that it sends to this address on this machine or its network (repeat for more).
        #[arg(long, value_name = "ADDRESS")]
        agree: Vec<String>,
    },
    /// Say what is wrong with a file or a connector. Nothing is stored.
    Check {
        #[arg(value_name = "FILE|LINK_NAME")]
        subject: String,
    },
    /// Read what a service says about itself: its addresses, as a connector file has them. Nothing is stored.
    Discover {
        /// The service's issuer, such as https://login.example.
        issuer: String,
    },
    /// Let people connect to a connector.
    Ready { link_name: String },
    /// Take it back. Connections keep working.
    Draft { link_name: String },
    /// Show the code that a connector runs, or let it run.
    Script {
        link_name: String,
        /// Let it run.
        #[arg(long)]
        allow: bool,
        /// Let it run no more. Calls of its connections are refused until it may again.
        #[arg(long, conflicts_with = "allow")]
        forbid: bool,
        /// Do not ask.
        #[arg(long, requires = "allow")]
        yes: bool,
    },
    /// Delete a connector. It cannot be undone.
    Delete {
        link_name: String,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
        /// Delete its connections too.
        #[arg(long)]
        with_connections: bool,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Stage {
    Draft,
    Ready,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Status {
    NeedsAttention,
    Expiring,
    Waiting,
    Connected,
    NotSignedIn,
    Disabled,
}

#[derive(Debug, Args)]
pub struct Connect {
    /// Link name of the connector.
    pub link_name: String,
    /// What the connection will be called.
    #[arg(long)]
    pub name: Option<String>,
    /// Link name of the environment.
    #[arg(long)]
    pub environment: Option<String>,
    /// Connect to the Lab, a pretend service on this machine: it issues what is asked, and nothing leaves the machine.
    #[arg(long, conflicts_with = "environment")]
    pub lab: bool,
    /// Which of the connector's authentications, where it offers several.
    #[arg(long = "auth", value_name = "NAME")]
    pub authentication: Option<String>,
    #[command(flatten)]
    pub values: Values,
}

/// How the browser comes back.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Way {
    /// By a link that the operating system hands to Patchbay.
    App,
    /// To an address on this machine.
    Loopback,
    /// By hand: `patchbay redirect` with the address that the browser lands on.
    Manual,
}

impl From<Way> for WayView {
    fn from(way: Way) -> Self {
        match way {
            Way::App => Self::App,
            Way::Loopback => Self::Loopback,
            Way::Manual => Self::Manual,
        }
    }
}

#[derive(Debug, Args)]
pub struct Values {
    /// A setting of the connector.
    #[arg(long = "setting", value_name = "KEY=VALUE")]
    pub settings: Vec<String>,
    /// A plain value that the connector asks for.
    #[arg(long = "value", value_name = "KEY=VALUE")]
    pub values: Vec<String>,
    /// A secret: from a file (`KEY=@FILE`) or standard input (`KEY=-`), never on the command line.
    #[arg(long = "secret", value_name = "KEY=@FILE|KEY=-")]
    pub secrets: Vec<String>,
    /// The client ID of your app at the service, where not the default: one that is kept, or a new one, which is kept then.
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// A permission to ask for; those that the connector ticks when none is named.
    #[arg(long = "scope", value_name = "VALUE")]
    pub scopes: Vec<String>,
    /// How the browser comes back, where not as the connector says.
    #[arg(long, value_name = "WAY")]
    pub redirect: Option<Way>,
    /// Print the address of the sign-in page instead of opening it.
    #[arg(long)]
    pub no_browser: bool,
    /// Give up after so many seconds.
    #[arg(long, default_value_t = 600, value_name = "SECONDS")]
    pub timeout: u64,
    /// Agree to this address: one on this machine or its network that a connector from a file sends to, or one that the
    /// service tells while signing in (repeat for more).
    #[arg(long, value_name = "ADDRESS")]
    pub agree: Vec<String>,
    /// Keep the connection although the service did not accept it.
    #[arg(long)]
    pub keep: bool,
    /// Let the code run that came with the connector, without being asked.
    #[arg(long)]
    pub allow_script: bool,
}

#[derive(Debug, Args)]
pub struct Redirect {
    /// The address, or `-` to read it from standard input.
    #[arg(value_name = "URL|-", required_unless_present = "error_page")]
    pub address: Option<String>,
    /// The error page that the service shows, its text or its address: tells what it means. The sign-in goes on waiting.
    #[arg(long, value_name = "FILE|-", conflicts_with = "address")]
    pub error_page: Option<String>,
    /// The connection's name, where several sign-ins wait.
    #[arg(long = "for", value_name = "NAME", requires = "error_page")]
    pub connection: Option<String>,
}

#[derive(Debug, Args)]
pub struct Reauthorize {
    #[command(flatten)]
    pub name: Name,
    /// Bring back the sign-in before the last one, which is kept for 10 minutes.
    #[arg(long, conflicts_with_all = ["values", "secrets", "scopes", "redirect", "no_browser", "keep"])]
    pub undo: bool,
    /// Sign in with the newest version of the connector, and use it from then on.
    #[arg(long, conflicts_with = "undo")]
    pub new_version: bool,
    #[command(flatten)]
    pub values: Values,
}

#[derive(Debug, Subcommand)]
pub enum Connections {
    /// List connections, trouble first.
    List {
        #[arg(long)]
        status: Option<Status>,
        /// Link name of the connector.
        #[arg(long, value_name = "LINK_NAME")]
        connector: Option<String>,
        /// Link name of the environment.
        #[arg(long, value_name = "LINK_NAME")]
        environment: Option<String>,
        /// Only those with these words in name, link name, account or connector.
        #[arg(long, value_name = "WORDS", default_value = "")]
        search: String,
    },
}

#[derive(Debug, Args)]
pub struct Verify {
    /// Link names of connections, or names where they are unique.
    #[arg(value_name = "NAME", required_unless_present = "all")]
    pub connections: Vec<String>,
    /// Every connection that is not switched off.
    #[arg(long, conflicts_with = "connections")]
    pub all: bool,
}

#[derive(Debug, Args)]
pub struct Request {
    #[command(flatten)]
    pub name: Name,
    /// HTTP method.
    pub method: String,
    /// Path behind the base address, or a whole address that was agreed.
    pub path: String,
    /// A header.
    #[arg(short = 'H', value_name = "NAME: VALUE")]
    pub headers: Vec<String>,
    /// A query parameter.
    #[arg(short = 'q', value_name = "KEY=VALUE")]
    pub query: Vec<String>,
    /// The body, or `@FILE`.
    #[arg(short = 'd', value_name = "DATA|@FILE")]
    pub data: Option<String>,
    /// Show what would be sent, secrets masked. Nothing leaves the machine.
    #[arg(long)]
    pub dry_run: bool,
    /// Show status and headers of the reply too.
    #[arg(long)]
    pub include: bool,
}

#[derive(Debug, Subcommand)]
pub enum Lab {
    /// Run the Lab until this command is ended, and tell what arrives. Commands run it by themselves where they need it.
    Start {
        /// The port; the next free one where another program has it.
        #[arg(long, default_value_t = 4390)]
        port: u16,
        /// Play this connector, a draft too (repeat for more); every ready one when none is named.
        #[arg(long = "connector", value_name = "LINK_NAME")]
        connectors: Vec<String>,
        /// Behave so (repeat for more): towards the connectors that are named, else towards all. `patchbay lab status`
        /// lists what there is.
        #[arg(long = "behaviour", value_name = "ID=VALUE")]
        behaviours: Vec<String>,
    },
    /// Where the Lab runs, what it plays, and how it behaves.
    Status,
    /// Try Patchbay offline, step by step: a made-up service, from connecting to the end of its tokens. Tells the next
    /// step; run it again after each.
    Tour {
        /// Leave it, and keep what was made.
        #[arg(long, conflicts_with = "remove")]
        leave: bool,
        /// Leave it, and remove its connector with every connection made with it.
        #[arg(long)]
        remove: bool,
    },
    /// Let time pass for everything that the Lab gave out: tokens are that much older at once.
    Advance {
        /// How many seconds.
        #[arg(value_name = "SECONDS")]
        seconds: u32,
    },
    /// Prove that a connector survives what a service may do to it: its draft runs through every behaviour that fits it,
    /// offline. Ends with 0 where nothing failed.
    Prove {
        /// The connector.
        #[arg(value_name = "LINK_NAME")]
        connector: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum Environments {
    /// List environments.
    List,
    /// Add an environment.
    Add {
        /// Its shown name.
        name: String,
        /// Its machine name, as connectors name it; made from the name when left out.
        #[arg(long)]
        link_name: Option<String>,
    },
    /// Change its shown name. Its link name stays.
    Rename {
        link_name: String,
        #[arg(value_name = "NEW_NAME")]
        new_name: String,
    },
    /// Delete an environment that no connection is in.
    Delete {
        link_name: String,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum Apps {
    /// List what is kept of a connector's apps, in every environment.
    List {
        /// Link name of the connector.
        link_name: String,
        /// Only those of this environment, by link name.
        #[arg(long, value_name = "LINK_NAME")]
        environment: Option<String>,
    },
    /// Let new connections use an app. Those that stand keep theirs.
    Default(App),
    /// Forget an app that no connection uses. It cannot be undone.
    Delete {
        #[command(flatten)]
        app: App,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
pub struct App {
    /// Link name of the connector.
    pub link_name: String,
    /// Its client ID.
    #[arg(value_name = "CLIENT_ID")]
    pub client_id: String,
    /// Link name of the environment.
    #[arg(long, value_name = "LINK_NAME", default_value = "production")]
    pub environment: String,
}

#[derive(Debug, Subcommand)]
pub enum AgentGroups {
    /// List agent groups.
    List,
    /// Add an agent group.
    Add {
        /// Its shown name.
        name: String,
        /// Its machine name, as connectors name it; made from the name when left out.
        #[arg(long)]
        link_name: Option<String>,
        /// How its calls leave this machine.
        #[arg(long)]
        route: Route,
    },
    /// Change its shown name, its route, or both.
    Change {
        link_name: String,
        #[arg(long)]
        name: Option<String>,
        #[arg(long)]
        route: Option<Route>,
    },
    /// Delete an agent group that no connection takes.
    Delete {
        link_name: String,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}

/// How calls leave this machine.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Route {
    /// Straight to the service.
    Direct,
    /// Through the proxy that the system is set to.
    SystemProxy,
}

impl From<Route> for RouteView {
    fn from(route: Route) -> Self {
        match route {
            Route::Direct => Self::Direct,
            Route::SystemProxy => Self::SystemProxy,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Vault {
    /// Where the vault stands.
    Status,
    /// Set the vault up: its key goes to the OS key store, or behind a passphrase.
    Create {
        /// Open it with the passphrase in PATCHBAY_VAULT_PASSPHRASE_FILE, or one typed now.
        #[arg(long)]
        passphrase: bool,
        /// Write the recovery key to this file, which must not exist.
        #[arg(long, value_name = "FILE")]
        recovery_key_to: Option<PathBuf>,
    },
    /// Keep every process from opening the vault until you unlock it.
    Lock,
    /// Open the vault again after a lock.
    Unlock,
    /// Open the vault with the recovery key, read from a file or typed.
    Recover {
        /// The file that holds it.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Replace the key of the vault and seal everything again.
    Rotate,
    /// Begin with no vault, where every way to open it is lost. The old data is kept aside as a file; connections stay
    /// and wait to be signed in.
    StartAgain {
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Make a new recovery key. The former one stops working.
    RecoveryKey {
        /// Write it to this file, which must not exist.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}
