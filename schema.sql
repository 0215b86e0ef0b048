-- What `repoweb init` makes: the tables of a Fossil repository, with the column
-- order, indexes and fixed tags that Fossil 2.x expects. The chat's tables are
-- not here, for Fossil makes them at the first use of the chat, and so do we.

PRAGMA application_id = 252006673;

-- Permanent tables: `fossil rebuild` keeps them.

CREATE TABLE blob(                   -- every artifact
  rid INTEGER PRIMARY KEY,           -- its number in this file only
  rcvid INTEGER,                     -- how it came: rcvfrom
  size INTEGER,                      -- of the content, uncompressed; -1: a phantom
  uuid TEXT UNIQUE NOT NULL,         -- its hash, lower-case hex
  content BLOB,                      -- 4 bytes of length, then zlib; NULL: a phantom
  CHECK( length(uuid)>=40 AND rid>0 )
);
CREATE TABLE delta(                  -- the content of rid is a delta against srcid
  rid INTEGER PRIMARY KEY,
  srcid INTEGER NOT NULL REFERENCES blob
);
CREATE INDEX delta_i1 ON delta(srcid);
CREATE TABLE rcvfrom(                -- who brought artifacts, when and whence
  rcvid INTEGER PRIMARY KEY,
  uid INTEGER REFERENCES user,
  mtime DATETIME,                    -- Julian day
  nonce TEXT UNIQUE,
  ipaddr TEXT
);
CREATE TABLE user(
  uid INTEGER PRIMARY KEY,
  login TEXT UNIQUE,
  pw TEXT,                           -- SHA1 of PROJECTCODE/LOGIN/PASSWORD
  cap TEXT,                          -- capability letters
  cookie TEXT,                       -- the secret of the login cookie
  ipaddr TEXT,
  cexpire DATETIME,                  -- when the cookie expires, Julian day
  info TEXT,                         -- contact; never NULL, or Fossil refuses the login
  mtime DATE,                        -- last change, Unix time
  photo BLOB,
  jx TEXT DEFAULT '{}'
);
CREATE TABLE config(
  name TEXT PRIMARY KEY NOT NULL,
  value CLOB,
  mtime DATE,                        -- last change, Unix time
  CHECK( typeof(name)='text' AND length(name)>=1 )
) WITHOUT ROWID;
CREATE TABLE shun(                   -- artifacts that must never come in again
  uuid TEXT PRIMARY KEY,
  mtime DATE,
  scom TEXT
) WITHOUT ROWID;
CREATE TABLE private(rid INTEGER PRIMARY KEY);
CREATE TABLE reportfmt(              -- ticket reports
  rn INTEGER PRIMARY KEY,
  owner TEXT,
  title TEXT UNIQUE,
  mtime DATE,
  cols TEXT,
  sqlcode TEXT,
  jx TEXT DEFAULT '{}'
);
CREATE TABLE concealed(              -- what private ticket fields stand for
  hash TEXT PRIMARY KEY,
  mtime DATE,
  content TEXT
) WITHOUT ROWID;

-- Derived tables: `fossil rebuild` makes them anew from the artifacts.

CREATE TABLE filename(
  fnid INTEGER PRIMARY KEY,
  name TEXT UNIQUE
);
CREATE TABLE mlink(                  -- what a check-in changed
  mid INTEGER,
  fid INTEGER,
  pmid INTEGER,
  pid INTEGER,
  fnid INTEGER REFERENCES filename,
  pfnid INTEGER,
  mperm INTEGER,
  isaux BOOLEAN DEFAULT 0
);
CREATE INDEX mlink_i1 ON mlink(mid);
CREATE INDEX mlink_i2 ON mlink(fnid);
CREATE INDEX mlink_i3 ON mlink(fid);
CREATE INDEX mlink_i4 ON mlink(pid);
CREATE TABLE plink(                  -- parents and children
  pid INTEGER REFERENCES blob,
  cid INTEGER REFERENCES blob,
  isprim BOOLEAN,
  mtime DATETIME,
  baseid INTEGER REFERENCES blob,
  UNIQUE(pid, cid)
);
CREATE INDEX plink_i2 ON plink(cid,pid);
CREATE TABLE leaf(rid INTEGER PRIMARY KEY);
CREATE TABLE event(                  -- the timeline
  type TEXT,                         -- ci, w, e, t, g or f
  mtime DATETIME,
  objid INTEGER PRIMARY KEY,
  tagid INTEGER,
  uid INTEGER REFERENCES user,
  bgcolor TEXT,
  euser TEXT,
  user TEXT,
  ecomment TEXT,
  comment TEXT,
  brief TEXT,
  omtime DATETIME
);
CREATE INDEX event_i1 ON event(mtime);
CREATE TABLE phantom(rid INTEGER PRIMARY KEY);
CREATE TABLE orphan(
  rid INTEGER PRIMARY KEY,
  baseline INTEGER
);
CREATE INDEX orphan_baseline ON orphan(baseline);
CREATE TABLE unclustered(rid INTEGER PRIMARY KEY);
CREATE TABLE unsent(rid INTEGER PRIMARY KEY);
CREATE TABLE tag(
  tagid INTEGER PRIMARY KEY,
  tagname TEXT UNIQUE
);
CREATE TABLE tagxref(
  tagid INTEGER REFERENCES tag,
  tagtype INTEGER,                   -- 0 cancelled, 1 single, 2 propagating
  srcid INTEGER REFERENCES blob,
  origid INTEGER REFERENCES blob,
  value TEXT,
  mtime TIMESTAMP,
  rid INTEGER REFERENCE blob,        -- sic: Fossil spells it so
  UNIQUE(rid, tagid)
);
CREATE INDEX tagxref_i1 ON tagxref(tagid, mtime);
CREATE TABLE backlink(
  target TEXT,
  srctype INT,
  srcid INT,
  mtime TIMESTAMP,
  UNIQUE(target, srctype, srcid)
);
CREATE INDEX backlink_src ON backlink(srcid, srctype);
CREATE TABLE attachment(
  attachid INTEGER PRIMARY KEY,
  isLatest BOOLEAN DEFAULT 0,
  mtime TIMESTAMP,
  src TEXT,
  target TEXT,
  filename TEXT,
  comment TEXT,
  user TEXT
);
CREATE INDEX attachment_idx1 ON attachment(target, filename, mtime);
CREATE INDEX attachment_idx2 ON attachment(src);
CREATE TABLE ticket(
  tkt_id INTEGER PRIMARY KEY,
  tkt_uuid TEXT UNIQUE,
  tkt_mtime DATE,
  tkt_ctime DATE,
  type TEXT,
  status TEXT,
  subsystem TEXT,
  priority TEXT,
  severity TEXT,
  foundin TEXT,
  private_contact TEXT,
  resolution TEXT,
  title TEXT,
  comment TEXT
);
CREATE TABLE ticketchng(
  tkt_id INTEGER REFERENCES ticket,
  tkt_rid INTEGER REFERENCES blob,
  tkt_mtime DATE,
  tkt_user TEXT,
  login TEXT,
  username TEXT,
  mimetype TEXT,
  icomment TEXT
);
CREATE INDEX ticketchng_idx1 ON ticketchng(tkt_id, tkt_mtime);
CREATE TABLE cherrypick(
  parentid INT,
  childid INT,
  isExclude BOOLEAN DEFAULT false,
  PRIMARY KEY(parentid, childid)
) WITHOUT ROWID;
CREATE INDEX cherrypick_cid ON cherrypick(childid);

INSERT INTO tag(tagid, tagname) VALUES
  (1, 'bgcolor'), (2, 'comment'), (3, 'user'), (4, 'date'), (5, 'hidden'),
  (6, 'private'), (7, 'cluster'), (8, 'branch'), (9, 'closed'), (10, 'parent'),
  (11, 'note');

-- Fossil's default users and what each stands for. The first user, with the
-- capability s, is added by the program together with the passwords.

INSERT INTO user(uid, login, pw, cap, info) VALUES
  (2, 'anonymous', '', 'hz', 'Anon'),       -- whoever solved the captcha
  (3, 'nobody', '', 'gjorz', 'Nobody'),     -- everyone
  (4, 'developer', '', 'ei', 'Dev'),        -- inherited through v
  (5, 'reader', '', 'kptw', 'Reader');      -- inherited through u

INSERT INTO reportfmt(title, mtime, cols, sqlcode) VALUES('All Tickets', julianday('1970-01-01'),
'#ffffff Key:
#f2dcdc Active
#e8e8e8 Review
#cfe8bd Fixed
#bde5d6 Tested
#cacae5 Deferred
#c8c8c8 Closed',
'SELECT
  CASE WHEN status IN (''Open'',''Verified'') THEN ''#f2dcdc''
       WHEN status=''Review'' THEN ''#e8e8e8''
       WHEN status=''Fixed'' THEN ''#cfe8bd''
       WHEN status=''Tested'' THEN ''#bde5d6''
       WHEN status=''Deferred'' THEN ''#cacae5''
       ELSE ''#c8c8c8'' END AS ''bgcolor'',
  substr(tkt_uuid,1,10) AS ''#'',
  datetime(tkt_mtime) AS ''mtime'',
  type,
  status,
  subsystem,
  title
FROM ticket');
