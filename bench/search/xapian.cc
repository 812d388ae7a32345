// SPDX-License-Identifier: Apache-2.0
#include "bench/search/xapian.h"

#include <xapian.h>

#include "catalog-api/search/query.h"
#include "catalog-api/search/tokens.h"

namespace segue::bench {

struct XapianTracks::Database {
  std::string folder;
  Xapian::WritableDatabase writable;
  Xapian::Database database;
};

namespace {

void put(Xapian::WritableDatabase& database, Xapian::Document& document, const std::string& name, Xapian::termpos& position) {
  for (const auto& token : search::tokenize(name)) {
    document.add_posting(token.text, ++position);
    database.add_spelling(token.text);
  }
  position += 100;
}

Xapian::Query query_of(const Xapian::Database& database, const std::vector<search::QueryWord>& words, bool correct) {
  std::vector<Xapian::Query> parts;
  for (const auto& word : words) {
    std::string text = word.text;
    if (correct && !database.term_exists(text))
      if (const std::string better = database.get_spelling_suggestion(text, 2); !better.empty()) text = better;
    Xapian::Query exact(text);
    if (word.is_prefix)
      exact |= Xapian::Query(Xapian::Query::OP_WILDCARD, text, 100, Xapian::Query::WILDCARD_LIMIT_MOST_FREQUENT, Xapian::Query::OP_OR);
    parts.push_back(exact);
  }
  return {Xapian::Query::OP_AND, parts.begin(), parts.end()};
}

std::vector<std::string> run(const Xapian::Database& database, const Xapian::Query& query) {
  Xapian::Enquire enquire(database);
  enquire.set_query(query);
  enquire.set_sort_by_relevance_then_value(0, true);
  std::vector<std::string> ids;
  const Xapian::MSet found = enquire.get_mset(0, 10);
  for (auto at = found.begin(); at != found.end(); ++at) ids.push_back(at.get_document().get_data());
  return ids;
}

}  // namespace

XapianTracks::XapianTracks(const std::string& folder)
    : database_(std::make_unique<Database>(
          Database{folder, Xapian::WritableDatabase(folder, Xapian::DB_CREATE_OR_OVERWRITE | Xapian::DB_NO_SYNC), {}})) {}

void XapianTracks::add(const search::Document& track) {
  Xapian::Document document;
  Xapian::termpos position = 0;
  for (const std::string& name : {track.name, track.by, track.in}) put(database_->writable, document, name, position);
  document.add_value(0, Xapian::sortable_serialise(track.popularity));
  document.set_data(track.id);
  database_->writable.add_document(document);
}

void XapianTracks::finish() {
  database_->writable.commit();
  database_->writable.close();
  database_->database = Xapian::Database(database_->folder);
}

XapianTracks::~XapianTracks() = default;

std::vector<std::string> XapianTracks::search(const std::string& query) const {
  const auto parsed = search::parse_query(query);
  if (parsed.readings.empty()) return {};
  auto ids = run(database_->database, query_of(database_->database, parsed.readings.back(), false));
  if (ids.empty()) ids = run(database_->database, query_of(database_->database, parsed.readings.back(), true));
  return ids;
}

}  // namespace segue::bench
