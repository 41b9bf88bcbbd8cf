/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The options as tables: key, type, default, limits, help and where the value
 * goes.  One reader serves them all; the man page check, `config show` and the JSON
 * schema read the same tables.
 */
#ifndef TM_CONF_TABLE_H
#define TM_CONF_TABLE_H

#include "conf/yaml.h"

typedef struct TmOption TmOption;
typedef struct TmTableReader TmTableReader;

/* What a parsed scalar is: a number, or an object (text, condition, effect) that goes over to its owner. */
typedef struct
{
  guint64 number;
  gpointer object;
} TmValue;

typedef struct
{
  const char *suffix;
  guint64 factor;
} TmUnit;

/* A kind of scalar. */
typedef struct
{
  const char *name;     /* in the man page: "duration" */
  const char *expects;  /* in errors: "a duration such as 30s, 15m, 1h or 14d" */
  const TmUnit *units;  /* of amounts, ascending, ended by a NULL suffix */
  bool is_object;
  bool is_text;         /* an object that is a char * */
  bool (*parse) (TmTableReader *reader, const TmOption *option, const TmNode *node, TmValue *value_out);
} TmScalarType;

typedef enum
{
  TM_SHAPE_VALUE,  /* one scalar */
  TM_SHAPE_LIST,   /* scalars, into a GPtrArray */
  TM_SHAPE_STRV,   /* scalars, into a GStrv */
  TM_SHAPE_BITS,   /* choices, each a bit of a number, the first one 1 */
  TM_SHAPE_PAIRS,  /* scalar to scalar, into a GHashTable */
  TM_SHAPE_MAP,    /* the keys of `table`, for the same owner */
  TM_SHAPE_NAMED,  /* names, each with the keys of `table` */
  TM_SHAPE_ROWS    /* a list of maps with the keys of `table` */
} TmShape;

/* Which struct an option's offset counts in; the options of NAMED and ROWS have only the one that make() gave. */
typedef enum { TM_PART_ITEM = 0, TM_PART_SITE = 0, TM_PART_LIMITS, TM_PART_DAEMON, TM_PART_EXTRAS, TM_N_PARTS } TmPart;

struct TmOption
{
  const char *key;               /* "": the item of a NAMED is itself the value */
  TmShape shape;
  const TmScalarType *type;      /* of the scalars; NAMED: of the names; NULL: MAP, ROWS */
  const TmOption *table;         /* MAP, NAMED, ROWS; ended by a NULL key */
  void *(*make) (void *owner, const char *name); /* NAMED, ROWS: adds an item to the owner and gives it out */
  const char *by_default;        /* as it would be written, items of lists apart by ", "; NULL: none */
  bool is_default_name;          /* the default is the item's name */
  bool is_required;              /* LIST: with at least one item */
  bool is_filled;                /* LIST: when given, with at least one item */
  bool is_brief;                 /* NAMED: an item may be a scalar, the value of its table's first key */
  guint64 min, max;              /* of amounts */
  const char *const *choices;    /* NULL-terminated; the value is the place in it */
  const char *unique;            /* no two values of this name: "address" */
  TmPart part;
  size_t offset, size;           /* size 0: not kept but in the settings; of a MAP: true when it is there, and without
                                    it its keys have no values */
  const char *help;              /* one line */
};

/* A value that must name something: checked when everything is read. */
typedef struct
{
  const char *noun; /* "queue", "type", "priority", "agent"; static */
  char *name;
  TmMark mark;
  char *path;
} TmReference;

/* Where an object of the policy was written. */
typedef struct
{
  const TmNode *node;
  char *path;
} TmPlace;

struct TmTableReader
{
  TmFindings *findings;
  GString *path;
  GPtrArray *settings;   /* TmSetting */
  GPtrArray *references; /* TmReference */
  GHashTable *places;    /* object → TmPlace */
  GHashTable *unique;    /* "noun\nvalue" → "file:line" */
};

TmTableReader *table_reader_new (TmFindings *findings);
void table_reader_free (TmTableReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmTableReader, table_reader_free)

/* Reads `map` (NULL: nothing is set) by `table` into `parts`; findings go to the findings, effective values to the
 * settings. */
void table_read (TmTableReader *reader, const TmOption *table, const TmNode *map, void *const *parts,
                 const char *item_name);

void reader_error (TmTableReader *reader, const TmNode *node, const char *format, ...) G_GNUC_PRINTF (3, 4);
void reader_add_reference (TmTableReader *reader, const TmNode *node, const char *noun, const char *name);

/* Where `object`, a value of the policy, was written; NULL for defaults. */
const TmPlace *reader_place (const TmTableReader *reader, gconstpointer object);

/* Calls `visit` for each option, outer before inner, with its path (`queues.NAME.addresses`, `rules[].all`). */
typedef void (*TmOptionVisit) (const char *path, const TmOption *option, gpointer data);
void table_walk (const TmOption *table, TmOptionVisit visit, gpointer data);

/* The type in words: "duration", "list of address", "map of name".  The caller frees. */
char *option_type_name (const TmOption *option);

/* "1 to 100000" for amounts, else NULL; the caller frees. */
char *option_bounds (const TmOption *option);

/* An amount in its largest whole unit: 2048 is "2K", 3600 is "1h".  The caller frees. */
char *amount_format (const TmUnit *units, guint64 amount);

/* The options of the main file. */
const TmOption *options_root (void);

#endif
