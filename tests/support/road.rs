//! A road as an operator and a cron job walk it: the command, a config folder, a real database.

use std::process::{Command, Output};

use serde_json::Value;

use super::{Database, Fair, Partner, Scratch, carrefour, database};

/// A base, a config folder and what it takes to ask the command about both.
pub(crate) struct Road {
    pub(crate) scratch: Scratch,
    pub(crate) database: Database,
    pub(crate) allowed: Vec<String>,
}

impl Road {
    pub(crate) fn new() -> Self {
        let scratch = Scratch::new();
        scratch.write("config/carrefour.toml", "[client]\npause = \"0 ms\"\ndeadline = \"3 s\"\nretries = 0\n");
        Self { scratch, database: database(), allowed: Vec::new() }
    }

    /// A road whose sourceurs are the fair's.
    pub(crate) fn to_the_fair() -> (Self, Fair) {
        let mut road = Self::new();
        let fair = Fair::open(&road.scratch.join("config"), &[]);
        road.allowed.push(fair.address.clone());
        (road, fair)
    }

    /// A sourceur's file.
    pub(crate) fn sourceur(&self, id: &str, text: &str) {
        self.scratch.write(&format!("config/sourceurs/{id}.toml"), text);
    }

    /// A sourceur with a JSON list of records at `/ID` of a partner.
    pub(crate) fn json_sourceur(&mut self, id: &str, partner: &Partner, more: &str) {
        self.allowed.push(partner.address.clone());
        let start = partner.at(&format!("/{id}"));
        self.sourceur(
            id,
            &format!(
                "name = \"{id}\"\n{more}\n[rights]\ntext = \"full\"\n[harvest.json-api]\nstart = \"{start}\"\n\
                 items = \".\"\nkey = \"id\"\n[fields]\ntitle = \"title\"\nsummary = \"text\"\nplaces = \"town\"\n"
            ),
        );
    }

    /// The command on this road's base.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.anywhere(arguments);
        command.args(["--database-url", &self.database.url]);
        // Whatever it keeps beside the base (a search index) goes with the test.
        command.arg("--data-dir").arg(self.scratch.join("data"));
        command
    }

    /// The command on whatever base the arguments name.
    pub(crate) fn anywhere(&self, arguments: &[&str]) -> Command {
        let mut command = carrefour();
        command.arg("--config").arg(self.scratch.join("config"));
        for allowed in &self.allowed {
            command.args(["--allow", allowed]);
        }
        command.args(arguments);
        command
    }

    #[track_caller]
    pub(crate) fn output(&self, arguments: &[&str], exit: i32) -> Output {
        let output = self.command(arguments).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            output.status.code(),
            Some(exit),
            "{arguments:?}: {told}{}",
            String::from_utf8_lossy(&output.stdout)
        );
        output
    }

    #[track_caller]
    pub(crate) fn stdout(&self, arguments: &[&str]) -> String {
        String::from_utf8(self.output(arguments, 0).stdout).unwrap()
    }

    /// The lines of a harvest, each of which adds up.
    #[track_caller]
    pub(crate) fn harvest(&self, arguments: &[&str], exit: i32) -> Vec<Value> {
        let output = self.output(&[&["harvest"], arguments].concat(), exit);
        let lines = String::from_utf8(output.stdout).unwrap();
        let runs: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for run in &runs {
            let count = |name: &str| run[name].as_u64().unwrap();
            let parts = ["new", "changed", "unchanged", "rejected", "withdrawn", "repeated"];
            assert_eq!(count("read"), parts.into_iter().map(count).sum::<u64>(), "{run}");
        }
        runs
    }

    pub(crate) fn canonical(&self) -> String {
        self.stdout(&["export", "--format", "ndjson", "--canonical"])
    }

    pub(crate) fn count(&self, question: &'static str) -> i64 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut db = self.database.connect().await;
            sqlx::query_scalar(question).fetch_one(&mut db).await.unwrap()
        })
    }

    /// Lets the command ask a partner.
    pub(crate) fn allow(&mut self, partner: &Partner) {
        self.allowed.push(partner.address.clone());
    }

    /// Changes something in the base behind the command's back.
    pub(crate) fn execute(&self, statement: &'static str) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut db = self.database.connect().await;
            sqlx::raw_sql(statement).execute(&mut db).await.unwrap();
        });
    }
}
