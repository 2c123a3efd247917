//! What a newcomer is told: where everything is, and three things to do.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;

use super::Options;
use super::world::World;
use crate::database::Database;
use crate::issuer::{LIFETIME, claims_for};

/// Who the greeting signs in, and whom they invite.
const PARTNER: &str = "admin@contoso.example";
const CUSTOMER: &str = "admin@wingtip.example";

/// All that there is to tell.
pub(super) struct Greeting<'a> {
    pub(super) options: &'a Options,
    pub(super) data_dir: &'a Path,
    pub(super) database: &'a Database,
    pub(super) world: &'a World,
    /// Where the API is.
    pub(super) address: SocketAddr,
}

impl Greeting<'_> {
    pub(super) fn print(&self) -> Result<()> {
        let here = format!("http://{}", self.address);
        let mail = match &self.world.mailbox {
            Some(_) => format!("{}/*.eml", self.data_dir.join("mail").display()),
            None => "sent to the server of SMTP_URL".to_owned(),
        };
        let database = self.database.psql(self.data_dir)?.unwrap_or_else(|| "the one of DATABASE_URL".to_owned());
        let token = self.world.issuer.token(&claims_for(PARTNER)?, LIFETIME)?;
        let data_dir = self.options.data_dir.as_argument();
        println!(
            "\nAccord is up. Ctrl-C ends it, the next start goes on from there.\n\n\
             GraphiQL, GraphQL  {here}/graphql\n\
             Customer's page    {here}/invitations/<token>\n\
             Health             {here}/health/ready\n\
             Metrics            {here}/metrics\n\
             Mails              {mail}\n\
             Database           {database}\n"
        );
        if let Some(offset) = self.options.clock_offset {
            println!("Clock              {offset} ahead: {}\n", self.world.clock.now().format("%F %R UTC"));
        }
        println!("A token of {PARTNER} (cargo dev token {PARTNER}{data_dir}):\n{token}\n");
        println!(
            "Three things to do next\n\n\
             1  Open {here}/graphql, choose {PARTNER} at the top and run the first tab.\n\n\
             2  Invite a customer:\n\n{curl}\n\n\
             3  Open the link that this answers and the mail brings, to see what is offered. To accept it, choose\n   \
             {CUSTOMER} in GraphiQL and run the tab OfferBehindLink, then AcceptInvitation, with the link's token.\n",
            curl = self.curl(&here, &data_dir),
        );
        Ok(())
    }

    /// Drafts and sends an invitation in one call, ready to paste.
    fn curl(&self, here: &str, data_dir: &str) -> String {
        let query = format!(
            "mutation {{ sendInvitations(input: {{ rows: [{{ recipient: {{ email: \\\"{CUSTOMER}\\\" }} }}] }}) \
             {{ rows {{ invitation {{ id link }} userErrors {{ code message }} }} \
             userErrors {{ code message }} }} }}"
        );
        format!(
            "   curl {here}/graphql -H \"Authorization: Bearer $(cargo dev token {PARTNER}{data_dir})\" \\\n\
             \x20       -H 'Content-Type: application/json' \\\n\
             \x20       -d '{{\"query\": \"{query}\"}}'"
        )
    }
}
