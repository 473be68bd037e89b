//! What is applied is found; what is damaged is not believed.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::folder::Folder;
use crate::index::Change;

fn titles(count: u128) -> Vec<Change> {
    (1..=count).map(|number| put(number, &titled(&format!("Jardin {number}")))).collect()
}

#[test]
fn the_last_word_on_an_action_holds() {
    let index = index_of(&[titled("Jardin"), titled("Garage")]);
    let changes = vec![put(1, &titled("Potager")), Change::Drop(id(2)), put(3, &titled("Verger"))];
    index.apply(changes, Some(&mark(2)), Pace::Trickle).unwrap();
    let found = |q| numbers(&ask(&index, &wording(q)));
    assert_eq!((found("potager"), found("verger")), (vec![1], vec![3]));
    assert!(found("jardin").is_empty() && found("garage").is_empty());
    assert_eq!(ask(&index, &Question::default()).total, 2);
    // Without a mark nothing is seen yet.
    index.apply(vec![Change::Drop(id(1))], None, Pace::Trickle).unwrap();
    assert_eq!(found("potager"), [1]);
    index.apply(Vec::new(), Some(&mark(3)), Pace::Trickle).unwrap();
    assert!(found("potager").is_empty());
}

#[test]
fn an_index_remembers_where_it_stands() {
    let parent = tempfile::tempdir().unwrap();
    {
        let folder = Folder::take(parent.path()).unwrap();
        let index = folder.clear().unwrap();
        index.apply(titles(10), None, Pace::Flood).unwrap();
        index.apply(Vec::new(), Some(&mark(10)), Pace::Flood).unwrap();
        index.apply(titles(12), Some(&mark(12)), Pace::Trickle).unwrap();
        index.apply(titles(20), None, Pace::Trickle).unwrap();
    }
    let folder = Folder::take(parent.path()).unwrap();
    let (index, stood) = folder.open().unwrap().unwrap();
    assert_eq!(stood, mark(12));
    assert_eq!(ask(&index, &Question::default()).total, 12);
    index.apply(titles(20), Some(&mark(20)), Pace::Trickle).unwrap();
    assert_eq!(ask(&index, &Question::default()).total, 20);
}

#[test]
fn two_holders_have_a_folder_each() {
    let parent = tempfile::tempdir().unwrap();
    let first = Folder::take(parent.path()).unwrap();
    let second = Folder::take(parent.path()).unwrap();
    for (folder, count) in [(&first, 3), (&second, 4)] {
        let index = folder.clear().unwrap();
        index.apply(titles(count), Some(&mark(1)), Pace::Trickle).unwrap();
        assert_eq!(u128::from(ask(&index, &Question::default()).total), count);
    }
    drop(first);
    let (index, _) = Folder::take(parent.path()).unwrap().open().unwrap().unwrap();
    assert_eq!(ask(&index, &Question::default()).total, 3);
}

#[test]
fn nothing_of_a_damaged_folder_is_believed() {
    let whole = tempfile::tempdir().unwrap();
    {
        let folder = Folder::take(whole.path()).unwrap();
        folder.clear().unwrap().apply(titles(50), Some(&mark(1)), Pace::Trickle).unwrap();
    }
    let files: Vec<PathBuf> = files(&whole.path().join("0/index"));
    assert!(files.len() > 5, "{files:?}");
    let is_believed = |damage: &dyn Fn(&Path)| {
        let copy = tempfile::tempdir().unwrap();
        fs::create_dir_all(copy.path().join("0/index")).unwrap();
        for file in &files {
            fs::copy(file, copy.path().join("0/index").join(file.file_name().unwrap())).unwrap();
        }
        damage(&copy.path().join("0/index"));
        let folder = Folder::take(copy.path()).unwrap();
        matches!(folder.open(), Ok(Some(_)))
    };
    assert!(is_believed(&|_| {}));
    for name in files.iter().filter_map(|file| file.file_name()) {
        // What tantivy lists for itself, or locks by, tells nothing.
        if [".managed.json", ".tantivy-writer.lock", ".tantivy-meta.lock"].iter().any(|one| name == *one) {
            continue;
        }
        let bytes = |folder: &Path| fs::read(folder.join(name)).unwrap();
        assert!(!is_believed(&|folder| fs::remove_file(folder.join(name)).unwrap()), "{name:?} removed");
        assert!(!is_believed(&|folder| fs::write(folder.join(name), b"").unwrap()), "{name:?} emptied");
        let cut = |folder: &Path| fs::write(folder.join(name), &bytes(folder)[..bytes(folder).len() / 2]).unwrap();
        assert!(!is_believed(&cut), "{name:?} cut");
    }
    let flip = |folder: &Path| {
        let store = files.iter().find(|file| file.extension().is_some_and(|extension| extension == "idx")).unwrap();
        let path = folder.join(store.file_name().unwrap());
        let mut bytes = fs::read(&path).unwrap();
        bytes[10] ^= 1;
        fs::write(&path, bytes).unwrap();
    };
    assert!(!is_believed(&flip), "a bit flipped");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}
