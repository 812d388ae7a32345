// SPDX-License-Identifier: Apache-2.0
// The library's writing side: assets come and go in batches, each one transaction and one new revision. Artists and albums are made from
// what their tracks say, and vanish with their last track. Ids stay when tags change: an album or artist whose tracks all moved to a name
// that did not exist before hands its id on to it.
// A Library is one thread's. Several processes may write: their batches follow each other, and what a scan finds done is left.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalog-api/library/facts.h"
#include "catalog-api/library/shelving.h"
#include "media/asset.h"
#include "media/result.h"
#include "service/database.h"

namespace segue::library {

class Library {
 public:
  // Makes the database when it is missing, brings an older one up to date. `reader`: of the event stream, when several nodes, each with a
  // stream of its own, share the library.
  static Result<Library> open(const std::string& address, const std::string& reader = {});

  [[nodiscard]] Result<std::int64_t> revision();
  // Where the reader of the event stream stands; "0" at first.
  [[nodiscard]] Result<std::string> position();
  struct Known {
    std::int64_t row = 0;  // 0: unknown asset
    std::string id, stamp;
  };
  // stamp: what put() was told of the asset's file; the same means that nothing has changed.
  [[nodiscard]] Result<Known> known(const std::string& asset);
  [[nodiscard]] Result<std::string> stamp_of(const std::string& asset);  // empty: unknown asset
  [[nodiscard]] Result<std::int64_t> last_row();                         // of the assets; 0: there is none
  // Assets of rows in (above, upto], `most` at most, by row.
  [[nodiscard]] Result<std::vector<Known>> assets_of(std::int64_t above, std::int64_t upto, int most);
  // Who tells the libraries that assets are sorted into, asked before each batch; without it there is library 0.
  using Shelves = std::function<Result<std::vector<Shelf>>()>;
  void on_shelves(Shelves shelves) { shelves_ = std::move(shelves); }
  [[nodiscard]] Result<std::vector<Shelf>> shelves() const { return shelves_(); }
  // When the libraries are not those that assets were sorted by, all stamps are forgotten: the next scan reads every asset again. True:
  // they were others.
  [[nodiscard]] Result<bool> sort();
  // Forgets all but ids; the next scan brings it back.
  [[nodiscard]] Result<void> forget_all();

  [[nodiscard]] service::Database& database() noexcept { return database_; }
  [[nodiscard]] const std::string& position_name() const noexcept { return position_name_; }

 private:
  Library(service::Database database, const std::string& reader)
      : database_(std::move(database)), position_name_(reader.empty() ? "position" : "position " + reader) {}
  service::Database database_;
  std::string position_name_;  // in meta
  Shelves shelves_ = [] { return Result<std::vector<Shelf>>(std::vector<Shelf>()); };
};

class Batch {
 public:
  static Result<Batch> begin(Library& library);

  // Adds or replaces. False: the database does not take this asset (`why`), the batch goes on without it. The batch is spoilt by an error:
  // destroy it.
  [[nodiscard]] Result<bool> put(const media::Asset& asset, const std::string& stamp, std::string& why);
  // The same, where an asset that is not taken is an error.
  [[nodiscard]] Result<void> put(const media::Asset& asset, const std::string& stamp);
  // False: was not there.
  [[nodiscard]] Result<bool> remove(const std::string& asset);
  [[nodiscard]] Result<void> set_position(const std::string& position);
  // The new revision; the old one when nothing changed.
  [[nodiscard]] Result<std::int64_t> commit();

 private:
  using Row = std::int64_t;
  enum class Kind { artist, album };
  Batch(Library& library, service::Transaction transaction, std::int64_t revision, std::vector<Shelf> shelves)
      : library_(&library),
        database_(&library.database()),
        transaction_(std::move(transaction)),
        revision_(revision),
        shelves_(std::move(shelves)) {}

  [[nodiscard]] Result<std::string> free_id(Kind kind, const std::string& key);
  [[nodiscard]] Result<Row> artist_row(const std::string& name, std::optional<Row> instead_of);
  [[nodiscard]] Result<Row> album_row(const Facts& facts, std::optional<Row> instead_of);
  struct Known {
    Row row;
    std::optional<Row> album;
    std::optional<std::int64_t> library;  // nullopt: it is new
  };
  [[nodiscard]] Result<Known> known_asset(const std::string& id);
  [[nodiscard]] Result<void> put_rows(const media::Asset& asset, const std::string& stamp);
  struct Place {
    std::string stamp;
    service::Value album;  // its row; null: none
  };
  [[nodiscard]] Result<void> put_asset(Row row, const media::Asset& asset, const Facts& facts, const Place& place);
  [[nodiscard]] Result<void> put_album_credits(Row album, const Facts& facts);
  [[nodiscard]] Result<std::int64_t> libraries_of(Row artist);
  [[nodiscard]] Result<void> put_credits(Row asset, const Facts& facts, bool has_moved);
  [[nodiscard]] Result<void> put_details(Row asset, const Facts& facts);
  [[nodiscard]] Result<void> put_aliases(Row asset, const std::optional<Row>& album, const Facts& facts);
  [[nodiscard]] Result<void> detach(Row asset);
  [[nodiscard]] Result<void> refresh_album(Row album);
  [[nodiscard]] Result<void> refresh_artist(Row artist);
  [[nodiscard]] Result<void> retire(Kind kind, Row row);
  [[nodiscard]] Result<void> run(std::string_view sql, std::vector<service::Value> values);
  [[nodiscard]] Result<std::optional<Row>> one(std::string_view sql, std::vector<service::Value> values);

  Library* library_;
  service::Database* database_;
  service::Transaction transaction_;
  std::int64_t revision_;
  std::vector<Shelf> shelves_;
  bool changed_ = false;
  std::set<Row> albums_, artists_;                 // touched: to be counted anew
  std::map<Row, std::int64_t> came_in_;            // artists: libraries that they have something new in, a bit each
  std::set<Row> went_out_;                         // artists who may have left a library
  std::map<Row, Row> album_moves_, artist_moves_;  // old row → row that a track moved to
};

}  // namespace segue::library
