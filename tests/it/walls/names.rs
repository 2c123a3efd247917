//! What the tables call an object: never its id, which no two runs share.

use std::collections::{BTreeMap, BTreeSet};

use accord_tests::TestApp;
use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text, Uuid};
use diesel_async::RunQueryDsl;
use domain::id::spell;
use domain::invitation::{Invitation, InvitationId};
use domain::organization::Organization;

/// A name for each row of a type, by the type's prefix; of an activity what it is about as well. No two rows of a type
/// may have one name, but activities.
const NAMES: &[(&str, &str)] = &[
    ("org", "select id, coalesce(tenant, split_part(administrator_email, '@', 2)) as name from organizations"),
    (
        "ptn",
        "select organization_id as id, o.tenant as name from enrollments e join organizations o on o.id = organization_id",
    ),
    ("acc", "select id, coalesce(tenant, split_part(administrator_email, '@', 2)) as name from organizations"),
    ("usr", "select id, coalesce(nullif(email, ''), 'purged') as name from users"),
    (
        "inv",
        "select i.id, concat(o.tenant, ' with ' || p.tenant, ' to ', recipient_email, ', ', case i.kind
             when 'indirect_provider_partnership' then 'partnership ' else i.admin_scope || ' ' end, i.status) as name
         from invitations i join organizations o on o.id = i.inviter_id
         left join organizations p on p.id = i.indirect_provider_id",
    ),
    (
        "rel",
        "select r.id, p.tenant || ' and ' || coalesce(c.tenant, split_part(c.administrator_email, '@', 2)) as name
         from relationships r join organizations p on p.id = partner_id join organizations c on c.id = customer_id",
    ),
    (
        "srq",
        "select s.id, p.tenant || ' for ' || c.tenant || ', ' || subject as name
         from service_requests s join relationships r on r.id = relationship_id
         join organizations p on p.id = r.partner_id join organizations c on c.id = customer_id",
    ),
    (
        "grt",
        "select g.id, p.tenant || ' in ' || c.tenant || ', ' || scope || ' ' || g.status as name
         from admin_grants g join organizations p on p.id = partner_id join organizations c on c.id = customer_id",
    ),
    (
        "psh",
        "select s.id, p.tenant || ' and ' || r.tenant || ', ' || concat_ws(' by ', status, replace(ended_by, 'indirect_', '')) as name
         from partnerships s
         join organizations p on p.id = provider_id join organizations r on r.id = reseller_id",
    ),
    ("bpr", "select b.id, o.tenant as name from business_profiles b join organizations o on o.id = organization_id"),
    ("agr", "select id, concat_ws(' ', kind, country, locale) as name from agreements"),
];

/// Activities; of agreements, which are everybody's, with who it was.
const ACTIVITIES: &str = "select a.id, event || coalesce(' by ' || o.tenant, '') as name, subject_kind, subject_id
    from activities a left join organizations o on o.id = actor_organization_id and subject_kind = 'agr' order by a.id";

/// Names of objects, and objects by their names.
pub(super) struct Names {
    by_id: BTreeMap<String, String>,
    /// By prefix and name.
    ids: BTreeMap<(String, String), String>,
    /// Of activities: names that more than one has.
    several: BTreeSet<String>,
    /// Of links, by the invitation's name.
    tokens: BTreeMap<String, String>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Uuid)]
    id: uuid::Uuid,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    subject_kind: Option<String>,
    #[diesel(sql_type = Nullable<Uuid>)]
    subject_id: Option<uuid::Uuid>,
}

impl Names {
    /// The names of all that there is.
    pub(super) async fn load(app: &TestApp) -> Self {
        let mut names =
            Self { by_id: BTreeMap::new(), ids: BTreeMap::new(), several: BTreeSet::new(), tokens: BTreeMap::new() };
        let conn = &mut app.store.connection().await.unwrap();
        for (prefix, query) in NAMES {
            let query =
                format!("select *, null::text as subject_kind, null::uuid as subject_id from ({query}) as named");
            for row in diesel::sql_query(query).load::<Row>(conn).await.unwrap() {
                let id = spell(prefix, row.id);
                let twice = names.ids.insert(((*prefix).to_owned(), short(&row.name)), id.clone());
                assert!(twice.is_none(), "two are called {prefix} {}", short(&row.name));
                names.by_id.insert(id, short(&row.name));
            }
        }
        for row in diesel::sql_query(ACTIVITIES).load::<Row>(conn).await.unwrap() {
            let subject = spell(&row.subject_kind.unwrap(), row.subject_id.unwrap());
            let name = format!("{} of {}", short(&row.name), names.of(&subject));
            let id = spell("act", row.id);
            if names.ids.insert(("act".to_owned(), name.clone()), id.clone()).is_some() {
                names.several.insert(name.clone());
            }
            names.by_id.insert(id, name);
        }
        names.load_tokens(app, conn).await;
        names
    }

    async fn load_tokens(&mut self, app: &TestApp, conn: &mut diesel_async::AsyncPgConnection) {
        let of = self.ids.iter().filter(|((prefix, _), _)| prefix == "inv");
        let ids: Vec<InvitationId> = of.map(|(_, id)| id.parse().unwrap()).collect();
        for row in Invitation::find(conn, &ids).await.unwrap() {
            let inviter = Organization::find(conn, &[row.inviter_id]).await.unwrap().remove(0);
            let link = row.link(&app.store, &inviter);
            let token = link.rsplit('/').next().unwrap_or_default().to_owned();
            self.tokens.insert(self.of(&row.id.to_string()), token);
        }
    }

    /// The name of an object. What was made since the names were loaded has none.
    pub(super) fn of(&self, id: &str) -> String {
        self.by_id.get(id).cloned().unwrap_or_else(|| format!("a new {}", id.split('_').next().unwrap_or_default()))
    }

    /// The id of what is called so: `inv contoso to …`. Stops the test where there is none.
    pub(super) fn id(&self, called: &str) -> &str {
        let (prefix, name) = called.split_once(' ').unwrap();
        assert!(!self.several.contains(name), "several are called {called}");
        let id = self.ids.get(&(prefix.to_owned(), name.to_owned()));
        id.unwrap_or_else(|| panic!("nothing is called {called}, but\n{}", self.all(prefix).join("\n")))
    }

    /// What happened, each event once.
    pub(super) fn events(&self) -> BTreeSet<String> {
        self.all("act").into_iter().map(|name| name.split(' ').next().unwrap().to_owned()).collect()
    }

    fn all(&self, prefix: &str) -> Vec<&str> {
        self.ids.keys().filter(|(of, _)| of == prefix).map(|(_, name)| name.as_str()).collect()
    }

    /// A text with `<inv …>` replaced by the id of what is called so, and `<link …>` by the token of the invitation's link.
    pub(super) fn fill(&self, text: &str) -> String {
        let Some((before, rest)) = text.split_once('<') else { return text.to_owned() };
        let (called, after) = rest.split_once('>').unwrap();
        let found = match called.strip_prefix("link ") {
            Some(name) => self.tokens.get(name).unwrap_or_else(|| panic!("no invitation is called {name}")),
            None => self.id(called),
        };
        format!("{before}{found}{}", self.fill(after))
    }
}

/// Every address of the world ends so.
fn short(name: &str) -> String {
    name.replace(".example", "")
}
