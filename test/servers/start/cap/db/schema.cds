namespace rows;

entity Rows {
  key ID    : Integer;
      ref   : String(40) not null;
      title : String(20);
}
