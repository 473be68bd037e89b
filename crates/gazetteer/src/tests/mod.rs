mod find;
mod places;
