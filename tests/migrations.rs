//! The schema explains itself.

use crate::support::database;

/// Tables and columns of the migrated base that have no comment, as `table` or `table.column`.
const UNEXPLAINED: &str = "
    select case when attnum = 0 then relname::text else relname || '.' || attname end as thing
    from (
        select c.oid, c.relname, 0 as attnum, '' as attname from pg_class c
        union all
        select c.oid, c.relname, a.attnum, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
        where a.attnum > 0 and not a.attisdropped
    ) as thing
    join pg_class c using (oid, relname)
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
      and c.relname not like '\\_sqlx%'
      and coalesce(case when attnum = 0 then obj_description(oid, 'pg_class') else col_description(oid, attnum) end, '') = ''
    order by 1";

#[tokio::test]
async fn every_table_and_column_has_a_comment() {
    let database = database();
    let mut base = database.connect().await;
    let tables: i64 = sqlx::query_scalar("select count(*) from pg_tables where schemaname = 'public'")
        .fetch_one(&mut base)
        .await
        .unwrap();
    assert!(tables > 1, "the base is not migrated");
    let unexplained: Vec<String> = sqlx::query_scalar(UNEXPLAINED).fetch_all(&mut base).await.unwrap();
    assert_eq!(unexplained, [""; 0]);
}

#[tokio::test]
async fn there_are_no_triggers_or_rules() {
    let database = database();
    let mut base = database.connect().await;
    let hidden: Vec<String> = sqlx::query_scalar(
        "select tgname::text from pg_trigger where not tgisinternal
         union all
         select rulename::text from pg_rules where schemaname = 'public'",
    )
    .fetch_all(&mut base)
    .await
    .unwrap();
    assert_eq!(hidden, [""; 0]);
}
