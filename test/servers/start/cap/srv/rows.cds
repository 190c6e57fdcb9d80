using rows from '../db/schema';

service Catalog @(path: '/catalog') {
  entity Rows as projection on rows.Rows;
}
