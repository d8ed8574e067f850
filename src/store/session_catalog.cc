#include "store/codec.h"
#include "store/rows.h"
#include "store/session.h"

namespace sandbox::store {
namespace {

using model::ArtifactRecord;
using model::DatasetId;
using model::DatasetRecord;

template <typename A, Maybe<DatasetRecord> T>
void VisitDataset(A& body, T& dataset) {
  body(dataset.metadata, dataset.partition_keys);
}

template <typename A, Maybe<ArtifactRecord> T>
void VisitArtifact(A& body, T& artifact) {
  body(artifact.data, artifact.metadata, artifact.partitions);
}

DatasetId ReadDatasetId(Cursor& row) {
  DatasetId id;
  id.project = row.Text();
  id.domain = row.Text();
  id.name = row.Text();
  id.version = row.Text();
  return id;
}

DatasetRecord ReadDataset(Cursor& row) {
  DatasetRecord record;
  record.id = ReadDatasetId(row);
  record.created_at = row.Time();
  Decoder body(row.View());
  VisitDataset(body, record);
  return record;
}

ArtifactRecord ReadArtifact(Cursor& row) {
  ArtifactRecord record;
  record.dataset = ReadDatasetId(row);
  record.id = row.Text();
  record.created_at = row.Time();
  Decoder body(row.View());
  VisitArtifact(body, record);
  return record;
}

model::CachedOutputRecord ReadCachedOutput(Cursor& row) {
  model::CachedOutputRecord record;
  record.key = row.Text();
  record.output = row.Text();
  return record;
}

#define SANDBOX_SELECT_DATASET "SELECT project, domain, name, version, created_at, body FROM datasets"
#define SANDBOX_SELECT_ARTIFACT                                                                                        \
  "SELECT d.project, d.domain, d.name, d.version, a.artifact_id, a.created_at, a.body FROM datasets d JOIN artifacts " \
  "a ON a.dataset = d.id"
#define SANDBOX_OF_DATASET " WHERE d.project = ? AND d.domain = ? AND d.name = ? AND d.version = ?"
#define SANDBOX_DATASET_ROW "SELECT id FROM datasets WHERE project = ? AND domain = ? AND name = ? AND version = ?"

std::optional<int64_t> DatasetRow(Connection& db, const DatasetId& id) {
  auto row = db.Run(SANDBOX_DATASET_ROW, id.project, id.domain, id.name, id.version);
  if (!row.Next()) return std::nullopt;
  return row.Integer();
}

std::unexpected<Error> NoDataset() { return NotFound("dataset is not stored"); }

}  // namespace

std::optional<DatasetRecord> Session::FindDataset(const DatasetId& id) {
  return First(db_.Run(SANDBOX_SELECT_DATASET " WHERE project = ? AND domain = ? AND name = ? AND version = ?",
                       id.project, id.domain, id.name, id.version),
               ReadDataset);
}

std::vector<DatasetRecord> Session::ListDatasets(const DatasetId& like, bool ascending, uint64_t offset,
                                                 uint64_t limit) {
  constexpr std::string_view kWhere = SANDBOX_SELECT_DATASET
      " WHERE (?1 = '' OR project = ?1) AND (?2 = '' OR domain = ?2) AND (?3 = '' OR name = ?3) AND (?4 = '' OR "
      "version = ?4)";
  const std::string sql = Cat(kWhere, " ORDER BY id ", ascending ? "ASC" : "DESC", " LIMIT ?5 OFFSET ?6");
  return All(db_.Run(sql, like.project, like.domain, like.name, like.version, static_cast<int64_t>(limit),
                     static_cast<int64_t>(offset)),
             ReadDataset);
}

std::optional<ArtifactRecord> Session::FindArtifact(const DatasetId& dataset, const std::string& id) {
  return First(db_.Run(SANDBOX_SELECT_ARTIFACT SANDBOX_OF_DATASET " AND a.artifact_id = ?", dataset.project,
                       dataset.domain, dataset.name, dataset.version, id),
               ReadArtifact);
}

std::optional<ArtifactRecord> Session::FindTaggedArtifact(const DatasetId& dataset, const std::string& tag) {
  return First(db_.Run(SANDBOX_SELECT_ARTIFACT
                       " JOIN artifact_tags t ON t.dataset = d.id AND t.artifact_id = a.artifact_id" SANDBOX_OF_DATASET
                       " AND t.name = ?",
                       dataset.project, dataset.domain, dataset.name, dataset.version, tag),
               ReadArtifact);
}

std::vector<ArtifactRecord> Session::ArtifactsOf(const DatasetId& dataset) {
  return All(db_.Run(SANDBOX_SELECT_ARTIFACT SANDBOX_OF_DATASET " ORDER BY a.id", dataset.project, dataset.domain,
                     dataset.name, dataset.version),
             ReadArtifact);
}

std::vector<std::string> Session::TagsOf(const DatasetId& dataset, const std::string& artifact) {
  return All(db_.Run("SELECT t.name FROM datasets d JOIN artifact_tags t ON t.dataset = d.id" SANDBOX_OF_DATASET
                     " AND t.artifact_id = ? ORDER BY t.name",
                     dataset.project, dataset.domain, dataset.name, dataset.version, artifact),
             [](Cursor& row) { return row.Text(); });
}

std::optional<model::ReservationRecord> Session::FindReservation(const std::string& key) {
  return First(db_.Run("SELECT key, owner, heartbeat, expires_at FROM reservations WHERE key = ?", key),
               [](Cursor& row) {
                 model::ReservationRecord record;
                 record.key = row.Text();
                 record.owner = row.Text();
                 record.heartbeat = Duration(row.Integer());
                 record.expires_at = row.Time();
                 return record;
               });
}

std::optional<model::CachedOutputRecord> Session::FindCachedOutput(const std::string& key) {
  return First(db_.Run("SELECT key, output FROM cached_outputs WHERE key = ?", key), ReadCachedOutput);
}

std::vector<ArtifactRecord> Session::ListArtifacts() {
  return All(db_.Run(SANDBOX_SELECT_ARTIFACT " ORDER BY a.id"), ReadArtifact);
}

std::vector<model::CachedOutputRecord> Session::ListCachedOutputs() {
  return All(db_.Run("SELECT key, output FROM cached_outputs"), ReadCachedOutput);
}

Status Session::InsertDataset(const DatasetRecord& dataset) {
  Encoder body;
  VisitDataset(body, dataset);
  const std::string bytes = body.Take();
  const DatasetId& id = dataset.id;
  const int inserted = db_.Execute(
      "INSERT INTO datasets (project, domain, name, version, created_at, body) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT "
      "DO NOTHING",
      id.project, id.domain, id.name, id.version, dataset.created_at, Blob{bytes});
  if (inserted == 0) return Fail(Code::kAlreadyExists, "ROW_EXISTS", "dataset exists");
  return {};
}

Status Session::PutArtifact(const ArtifactRecord& artifact) {
  const auto dataset = DatasetRow(db_, artifact.dataset);
  if (!dataset) return NoDataset();
  Encoder body;
  VisitArtifact(body, artifact);
  const std::string bytes = body.Take();
  db_.Execute(
      "INSERT INTO artifacts (dataset, artifact_id, created_at, body) VALUES (?, ?, ?, ?)"
      " ON CONFLICT (dataset, artifact_id) DO UPDATE SET body = excluded.body",
      *dataset, artifact.id, artifact.created_at, Blob{bytes});
  return {};
}

Status Session::PutTag(const DatasetId& dataset, const std::string& tag, const std::string& artifact) {
  const auto row = DatasetRow(db_, dataset);
  if (!row) return NoDataset();
  db_.Execute(
      "INSERT INTO artifact_tags (dataset, name, artifact_id) VALUES (?, ?, ?)"
      " ON CONFLICT (dataset, name) DO UPDATE SET artifact_id = excluded.artifact_id",
      *row, tag, artifact);
  return {};
}

Status Session::PutReservation(const model::ReservationRecord& reservation) {
  db_.Execute(
      "INSERT INTO reservations (key, owner, heartbeat, expires_at) VALUES (?, ?, ?, ?)"
      " ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, heartbeat = excluded.heartbeat, expires_at = "
      "excluded.expires_at",
      reservation.key, reservation.owner, reservation.heartbeat, reservation.expires_at);
  return {};
}

bool Session::DeleteReservation(const std::string& key, const std::string& owner) {
  return db_.Execute("DELETE FROM reservations WHERE key = ? AND owner = ?", key, owner) > 0;
}

Status Session::PutCachedOutput(const model::CachedOutputRecord& output) {
  db_.Execute(
      "INSERT INTO cached_outputs (key, output) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET output = excluded.output",
      output.key, Blob{output.output});
  return {};
}

bool Session::DeleteCachedOutput(const std::string& key) {
  return db_.Execute("DELETE FROM cached_outputs WHERE key = ?", key) > 0;
}

}  // namespace sandbox::store
