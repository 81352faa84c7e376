// The package brings types but does not export them; they are those of better-sqlite3, whose API it keeps.
declare module 'better-sqlite3-multiple-ciphers' {
  import Database from 'better-sqlite3';
  export default Database;
}
