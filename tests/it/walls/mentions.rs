//! Whom a text names. What a refusal says may not name what the caller may not see.

use accord_tests::TestApp;
use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;

/// Every name, domain and address of an organization or a person.
const WORLD: &str = "
    select name as called from organizations union select tenant from organizations where tenant is not null
    union select administrator_email from organizations where administrator_email is not null
    union select domain from organization_domains
    union select name from users where name <> '' union select email from users where email <> ''
    union select name from operators union select email from operators
    union select recipient_email from invitations union select split_part(recipient_email, '@', 2) from invitations
    union select recipient_name from invitations where recipient_name is not null";

/// The names of the world, the longest first: an address before its domain, a person before the organization it is of.
pub(super) struct Mentions(Vec<String>);

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    called: String,
}

impl Mentions {
    /// All that there are.
    pub(super) async fn load(app: &TestApp) -> Self {
        let conn = &mut app.store.connection().await.unwrap();
        let rows: Vec<Row> = diesel::sql_query(WORLD).load(conn).await.unwrap();
        let mut all: Vec<String> = rows.into_iter().map(|row| row.called).collect();
        all.sort_by_key(|called| (std::cmp::Reverse(called.len()), called.clone()));
        Self(all)
    }

    /// Whom the text names, in the order of the names' length; in any case, as whole words.
    pub(super) fn of(&self, text: &str) -> Vec<&str> {
        let mut left = text.to_lowercase();
        let mut found = Vec::new();
        for called in &self.0 {
            let name = called.to_lowercase();
            while let Some(start) = whole_word(&left, &name) {
                left.replace_range(start..start + name.len(), "\0");
                if !found.contains(&called.as_str()) {
                    found.push(called.as_str());
                }
            }
        }
        found
    }
}

/// Where the word stands in the text, no letter or digit beside it.
fn whole_word(text: &str, word: &str) -> Option<usize> {
    text.match_indices(word).map(|(start, _)| start).find(|start| {
        let before = text[..*start].chars().next_back();
        let after = text[start + word.len()..].chars().next();
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    })
}

#[test]
fn a_text_names_the_most_particular_of_what_it_says() {
    let all = ["admin@litware.example", "litware.example", "Litware admin", "Litware"].map(str::to_owned);
    let mentions = Mentions(all.into());
    assert_eq!(mentions.of("Litware is no indirect reseller"), ["Litware"]);
    assert_eq!(mentions.of("ask LITWARE admin (admin@litware.example)"), ["admin@litware.example", "Litware admin"]);
    assert_eq!(mentions.of("litwares and adlitware"), Vec::<&str>::new());
}
