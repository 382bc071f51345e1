//! The command table: every command of the contract, declared once.
//!
//! From it come the Tauri commands, their access list and the TypeScript (`cargo xtask bindings`); the compiler checks
//! that [`crate::Api`] has a method of each name and shape. A new command is one line here, its request and view in
//! [`crate::contract`], and its method.

use crate::{Api, contract::*};
use ts_rs::{Config, TS, TypeVisitor};

/// One command as the generators see it.
#[derive(Clone, Debug)]
pub struct Command {
    /// Its name on every seam.
    pub name: &'static str,
    /// What it does.
    pub doc: &'static str,
    /// Rust path of the request, below [`crate::contract`].
    pub request: &'static str,
    /// TypeScript name of the request.
    pub request_ts: String,
    /// TypeScript name of the reply.
    pub reply_ts: String,
    /// Rust path of the reply, below [`crate::contract`].
    pub reply: &'static str,
    /// Whether its request may carry a secret.
    pub inbound_secret: bool,
}

macro_rules! commands {
    ($($(#[doc = $doc:literal])* $([$mark:ident])? $name:ident($module:ident::$request:ident) -> $reply:ty;)*) => {
        /// Every command, in order.
        pub fn commands() -> Vec<Command> {
            let cfg = Config::default();
            vec![$(Command {
                name: stringify!($name),
                doc: concat!($($doc),*),
                request: concat!(stringify!($module), "::", stringify!($request)),
                request_ts: <$module::$request as TS>::name(&cfg),
                reply: stringify!($reply),
                reply_ts: <$reply as TS>::name(&cfg),
                inbound_secret: false $(|| commands!(@$mark))?,
            }),*]
        }

        /// Shows every type of the contract to `visitor`.
        pub fn visit_types(visitor: &mut impl TypeVisitor) {
            $(visitor.visit::<$module::$request>(); visitor.visit::<$reply>();)*
            visitor.visit::<error::ErrorView>();
            visitor.visit::<app::Tag>();
        }

        /// Holds each line of the table against the method of that name.
        #[allow(dead_code, reason = "compiled, never called: the check is that it compiles")]
        async fn every_command_has_its_method(api: &Api) -> Result<(), error::ErrorView> {
            fn request<T>() -> T { unreachable!() }
            $(let _reply: $reply = api.$name(request::<$module::$request>()).await?;)*
            Ok(())
        }
    };
    (@inbound_secret) => { true };
}

commands! {
    /// What the frame of the window shows.
    app_status(app::AppStatus) -> app::AppView;
    /// The ways back from the browser, and what trying them showed.
    redirect_ways(redirects::RedirectWays) -> redirects::RedirectWaysView;
    /// Tries the ways back from the browser on this machine.
    test_redirect_ways(redirects::TestRedirectWays) -> redirects::RedirectWaysView;
    /// Has the system hand the app link to this copy of Patchbay.
    register_app_link(redirects::RegisterAppLink) -> redirects::RedirectWaysView;
    /// Changes the program's settings.
    save_settings(app::SaveSettings) -> app::SettingsView;

    /// Where the vault stands; never opens it.
    vault_status(vault::VaultStatus) -> vault::VaultView;
    /// Sets the vault up.
    [inbound_secret] create_vault(vault::CreateVault) -> vault::VaultView;
    /// Opens the vault.
    [inbound_secret] open_vault(vault::OpenVault) -> vault::VaultView;
    /// Wipes the vault's key from memory.
    lock_vault(vault::LockVault) -> vault::VaultView;
    /// Opens the vault with the recovery key.
    [inbound_secret] recover_vault(vault::RecoverVault) -> vault::VaultView;
    /// Replaces the data key.
    rotate_vault(vault::RotateVault) -> vault::VaultView;
    /// Begins with no vault, where every way to open it is lost.
    start_vault_again(vault::StartVaultAgain) -> vault::StartedAgain;
    /// Makes a new recovery key.
    make_recovery_key(vault::MakeRecoveryKey) -> vault::VaultView;
    /// Copies the recovery key that was just made.
    copy_recovery_key(vault::CopyRecoveryKey) -> Done;
    /// Saves the recovery key that was just made to a file.
    save_recovery_key(vault::SaveRecoveryKey) -> vault::SavedRecoveryKey;
    /// Proves that the recovery key was kept.
    [inbound_secret] confirm_recovery_key(vault::ConfirmRecoveryKey) -> vault::VaultView;

    /// Lists connectors.
    list_connectors(connectors::ListConnectors) -> Vec<connectors::ConnectorCard>;
    /// Finds a connector by what a person wrote.
    find_connector(connectors::FindConnector) -> connectors::ConnectorCard;
    /// Makes a new draft.
    create_connector(connectors::CreateConnector) -> connectors::DraftView;
    /// Opens a connector in the builder.
    open_draft(connectors::OpenDraft) -> connectors::DraftView;
    /// Saves the draft document.
    save_draft(connectors::SaveDraft) -> connectors::SavedDraft;
    /// Renders what a connector will ask and send.
    preview_draft(connectors::PreviewDraft) -> connectors::PreviewView;
    /// Reads what a service says about itself, to fill the form of a connector with.
    read_discovery(connectors::ReadDiscovery) -> connectors::DiscoveryView;
    /// Lets people connect to a connector.
    mark_ready(connectors::MarkReady) -> connectors::DraftView;
    /// Hides *Add connection*.
    back_to_draft(connectors::BackToDraft) -> connectors::DraftView;
    /// What deleting a connector would take along.
    connector_uses(connectors::ConnectorUses) -> connectors::ConnectorUsesView;
    /// Deletes a connector with its connections.
    delete_connector(connectors::DeleteConnector) -> connections::Deleted;
    /// Draws a picture as a connector keeps it.
    read_logo(logos::ReadLogo) -> logos::LogoView;
    /// The logos of all connectors that have one.
    list_logos(logos::ListLogos) -> Vec<logos::ConnectorLogo>;
    /// Reads a connector file.
    import_connector(connectors::ImportConnector) -> connectors::DraftView;
    /// Agrees that a connector from a file sends to addresses on this machine or its network.
    agree_to_inside(connectors::AgreeToInside) -> Done;
    /// Checks a connector file; nothing is stored.
    check_connector_file(connectors::CheckConnectorFile) -> connectors::CheckView;
    /// Writes a connector as a file.
    export_connector(connectors::ExportConnector) -> connectors::ExportView;

    /// The names that AWS gives its regions and services.
    aws_names(connectors::ListAwsNames) -> connectors::AwsNames;
    /// What a script can use.
    script_reference(scripts::ScriptReference) -> scripts::ScriptReferenceView;
    /// Asks whether a script can be read.
    check_script(scripts::CheckScript) -> scripts::ScriptCheckView;
    /// Runs one event of a draft's script on an example.
    run_script_example(scripts::RunScriptExample) -> scripts::ScriptTriedView;
    /// The script that new connections of a connector run.
    connector_script(scripts::ConnectorScript) -> scripts::ConnectorScriptView;
    /// Lets a script run that came with a file.
    agree_to_script(scripts::AgreeToScript) -> Done;
    /// Lets no script of a connector run any more.
    withdraw_script(scripts::WithdrawScript) -> Done;

    /// What is kept of a connector's apps, by environment.
    list_registrations(registrations::ListRegistrations) -> Vec<registrations::RegistrationView>;
    /// Saves an app that was registered with the service.
    [inbound_secret] save_registration(registrations::SaveRegistration) -> registrations::RegistrationView;
    /// Lets new connections use an app.
    make_default_registration(registrations::MakeDefaultRegistration) -> Done;
    /// Forgets an app that no connection uses.
    delete_registration(registrations::DeleteRegistration) -> Done;

    /// The environments.
    list_environments(places::ListEnvironments) -> Vec<places::EnvironmentRow>;
    /// Adds an environment.
    add_environment(places::AddEnvironment) -> places::EnvironmentRow;
    /// Changes the shown name of an environment.
    rename_environment(places::RenameEnvironment) -> Done;
    /// Deletes an environment that no connection is in.
    delete_environment(places::DeleteEnvironment) -> Done;

    /// What adding a connection asks.
    connect_form(connect::ConnectForm) -> connect::ConnectFormView;
    /// Adds a connection, or replaces the values of one.
    [inbound_secret] begin_connect(connect::BeginConnect) -> connect::AttemptView;
    /// Where an attempt stands.
    show_attempt(connect::ShowAttempt) -> connect::AttemptView;
    /// Opens the sign-in page of an attempt again.
    open_sign_in(connect::OpenSignIn) -> Done;
    /// Copies the address of the sign-in page of an attempt.
    copy_sign_in_link(connect::CopySignInLink) -> Done;
    /// Hands over the address that the browser landed on.
    [inbound_secret] paste_redirect(connect::PasteRedirect) -> connect::AttemptView;
    /// Tells what the error page means that the service showed in the browser.
    [inbound_secret] explain_page(connect::ExplainPage) -> connect::ExplainedPage;
    [inbound_secret] enter_pin(connect::EnterPin) -> connect::AttemptView;
    /// Connects although verify did not find that it works.
    keep_attempt(connect::KeepAttempt) -> connect::AttemptView;
    /// Agrees to the addresses that the service told, and goes on.
    agree_attempt(connect::AgreeAttempt) -> connect::AttemptView;
    /// Asks the service again with what was typed.
    retry_attempt(connect::RetryAttempt) -> connect::AttemptView;
    /// Drops what was typed.
    discard_attempt(connect::DiscardAttempt) -> Done;

    /// One page of the list of connections.
    list_connections(connections::ListConnections) -> connections::ConnectionPage;
    /// Finds a connection by what a person wrote.
    find_connection(connections::FindConnection) -> connections::ConnectionRow;
    /// One connection in detail.
    show_connection(connections::ShowConnection) -> connections::ConnectionView;
    /// Changes the shown name.
    rename_connection(connections::RenameConnection) -> Done;
    /// Switches a connection off.
    disable_connection(connections::DisableConnection) -> Done;
    /// Switches a connection on again.
    enable_connection(connections::EnableConnection) -> Done;
    /// Makes another connection on the same authorization.
    duplicate_connection(connections::DuplicateConnection) -> connections::ConnectionRow;
    /// Forgets a connection here.
    delete_connection(connections::DeleteConnection) -> connections::Deleted;
    /// Makes the one harmless call that proves a connection works.
    verify_connection(connections::VerifyConnection) -> connections::VerificationView;
    /// Lets a connection use the newest version of its connector.
    use_new_version(new_version::UseNewVersion) -> new_version::UsedNewVersion;
    /// Lets every connection of a connector use its newest version.
    use_new_version_everywhere(new_version::UseNewVersionEverywhere) -> new_version::UsedNewVersion;
    /// Renews the tokens of a connection.
    refresh_connection(connections::RefreshConnection) -> connections::ConnectionView;
    /// Asks the service whether the access of a connection still works.
    introspect_connection(connections::IntrospectConnection) -> connections::IntrospectionView;
    /// Brings back what a connection was before the last Reauthorize, and verifies it.
    undo_reauthorize(connections::UndoReauthorize) -> connections::ConnectionView;
    /// Ends the authorization of a connection at the service.
    revoke_connection(connections::RevokeConnection) -> connections::ConnectionView;
    /// One page of a connection's history.
    connection_history(connections::ConnectionHistory) -> connections::HistoryPage;
    /// Shows what a call would send.
    preview_call(connections::PreviewCall) -> connections::CallPreview;
    /// Makes a call through a connection.
    send_call(connections::SendCall) -> exchange::ReplyView;

    /// Where the Lab of the data directory stands.
    lab_status(lab::ShowLab) -> lab::LabStatus;
    /// Runs the Lab in this process.
    start_lab(lab::StartLab) -> lab::StartedLab;
    /// Ends the Lab, where this process runs it.
    stop_lab(lab::StopLab) -> lab::LabStatus;
    /// Makes the Lab play a connector.
    play_in_lab(lab::PlayInLab) -> lab::LabStatus;
    /// Ends playing a connector.
    forget_in_lab(lab::ForgetInLab) -> lab::LabStatus;
    /// How the Lab behaves.
    lab_dials(lab::ShowDials) -> Vec<lab::DialView>;
    /// Makes the Lab behave in a way.
    set_lab_dial(lab::SetDial) -> Vec<lab::DialView>;
    /// Forgets how the Lab was told to behave.
    reset_lab_dials(lab::ResetDials) -> Vec<lab::DialView>;
    /// The pretend people.
    lab_people(lab::ListPeople) -> Vec<lab::PersonView>;
    /// Keeps a pretend person.
    save_lab_person(lab::PersonView) -> Vec<lab::PersonView>;
    /// Forgets a pretend person.
    delete_lab_person(lab::DeletePerson) -> Vec<lab::PersonView>;
    /// Lets time pass for everything that the Lab gave out.
    advance_lab(lab::AdvanceLab) -> lab::LabStatus;
    /// Ends every token that the Lab gave out.
    revoke_in_lab(lab::RevokeInLab) -> lab::RevokedInLab;
    /// Makes the Lab sign with new keys.
    rotate_lab_keys(lab::RotateLabKeys) -> Done;
    /// The last requests at the Lab.
    lab_log(lab::ReadLabLog) -> lab::LabLog;
    /// Forgets the requests at the Lab.
    clear_lab_log(lab::ClearLabLog) -> Done;

    /// Runs a connector through what the Lab can do to it.
    prove_connector(proof::ProveConnector) -> proof::ProofView;
    /// How the last run of a connector stands.
    show_proof(proof::ShowProof) -> proof::ProofView;
    /// Ends the run of a connector.
    stop_proof(proof::StopProof) -> proof::ProofView;

    /// Begins *Try it offline*, or goes back to it.
    begin_tour(tour::BeginTour) -> tour::TourState;
    /// The next step of *Try it offline*.
    show_tour(tour::ShowTour) -> tour::TourState;
    /// Leaves *Try it offline*.
    end_tour(tour::EndTour) -> connections::Deleted;
}
