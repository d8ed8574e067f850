#include <algorithm>

#include "api/v1/catalog.h"
#include "api/v1/fields.h"
#include "cache/reservations.h"
#include "idl/times.h"
#include "sandbox/registry/digest.h"
#include "sandbox/registry/filters.h"

namespace sandbox::api {

namespace dc = datacatalog;

namespace {

constexpr uint64_t kPageSize = 50;
constexpr uint64_t kPageSizeMax = 10'000;
constexpr uint64_t kDataBytesMax = 512ull << 20;

model::DatasetId FromCatalog(const dc::DatasetID& id) { return {id.project(), id.domain(), id.name(), id.version()}; }

dc::DatasetID ToCatalog(const model::DatasetId& id) {
  dc::DatasetID out;
  out.set_project(id.project);
  out.set_domain(id.domain);
  out.set_name(id.name);
  out.set_version(id.version);
  return out;
}

Status Check(bool present, const dc::DatasetID& id) {
  if (!present) return Missing("dataset");
  for (const auto& [text, field] : {std::pair(&id.project(), "project"),
                                    {&id.domain(), "domain"},
                                    {&id.name(), "name"},
                                    {&id.version(), "version"}}) {
    if (auto ok = RequireText(*text, field); !ok) return ok;
  }
  return {};
}

std::unexpected<Error> NotStored(std::string_view type, const model::DatasetId& dataset, std::string_view what,
                                 const std::string& value) {
  return NotFound(Cat("missing entity of type ", type, " with identifier dataset:{",
                      registry::GoText(ToCatalog(dataset)), "}", what, value.empty() ? "" : Cat("\"", value, "\"")));
}

template <typename Map>
void CopyMap(const Map& from, google::protobuf::Map<std::string, std::string>* to) {
  for (const auto& [key, value] : from) (*to)[key] = value;
}

dc::Dataset ToCatalog(const model::DatasetRecord& record) {
  dc::Dataset out;
  *out.mutable_id() = ToCatalog(record.id);
  CopyMap(record.metadata, out.mutable_metadata()->mutable_key_map());
  for (const std::string& key : record.partition_keys) out.add_partitionkeys(key);
  return out;
}

struct Page {
  uint64_t offset = 0;
  uint64_t limit = kPageSize;
  bool ascending = false;
};

Result<Page> ReadPage(const dc::PaginationOptions& options) {
  Page page;
  auto offset = registry::ParseToken(options.token(), "");
  if (!offset) return InvalidArgument(Cat("Invalid token value: ", options.token()));
  page.offset = *offset;
  if (options.limit() != 0) page.limit = std::min<uint64_t>(options.limit(), kPageSizeMax);
  page.ascending = options.sortorder() == dc::PaginationOptions::ASCENDING;
  return page;
}

Status WriteData(ObjectStore& objects, const std::string& uri, const std::string& bytes) {
  auto place = ParseObjectUri(uri);
  if (!place) return std::unexpected(std::move(place.error()));
  if (auto put = objects.Put(place->bucket, place->key, bytes, Durability::kSynced); !put)
    return std::unexpected(std::move(put.error()));
  return {};
}

// The objects of the values, and where they are.
template <typename Data>
Status Store(const CatalogDeps& deps, const Data& data, model::ArtifactRecord* artifact) {
  const std::string root = deps.layout.ArtifactUri(artifact->dataset, artifact->id);
  for (const dc::ArtifactData& value : data) {
    const std::string uri = Cat(root, "/", value.name(), "/data.pb");
    if (auto written = WriteData(deps.objects, uri, value.value().SerializeAsString()); !written) return written;
    artifact->data.emplace_back(value.name(), uri);
  }
  return {};
}

template <typename Response>
MetadataStore::Done ReplyWith(std::function<void(Result<Response>)> reply,
                              std::shared_ptr<Response> response = std::make_shared<Response>()) {
  return [reply = std::move(reply), response](Status done) {
    if (!done) return reply(std::unexpected(std::move(done.error())));
    reply(std::move(*response));
  };
}

bool Matches(const dc::Artifact& artifact, const dc::SinglePropertyFilter& filter) {
  switch (filter.property_filter_case()) {
    case dc::SinglePropertyFilter::kTagFilter:
      return std::ranges::any_of(artifact.tags(),
                                 [&](const dc::Tag& tag) { return tag.name() == filter.tag_filter().tag_name(); });
    case dc::SinglePropertyFilter::kPartitionFilter:
      return std::ranges::any_of(artifact.partitions(), [&](const dc::Partition& partition) {
        return partition.key() == filter.partition_filter().key_val().key() &&
               partition.value() == filter.partition_filter().key_val().value();
      });
    case dc::SinglePropertyFilter::kArtifactFilter: return artifact.id() == filter.artifact_filter().artifact_id();
    case dc::SinglePropertyFilter::kDatasetFilter:
    case dc::SinglePropertyFilter::PROPERTY_FILTER_NOT_SET: break;
  }
  return true;
}

}  // namespace

void DataCatalog::CreateDataset(const dc::CreateDatasetRequest& request, Reply<dc::CreateDatasetResponse> reply) {
  if (auto ok = Check(request.has_dataset() && request.dataset().has_id(), request.dataset().id()); !ok)
    return reply(std::unexpected(std::move(ok.error())));
  model::DatasetRecord record;
  record.id = FromCatalog(request.dataset().id());
  record.metadata.insert(request.dataset().metadata().key_map().begin(), request.dataset().metadata().key_map().end());
  record.partition_keys.assign(request.dataset().partitionkeys().begin(), request.dataset().partitionkeys().end());
  record.created_at = deps_.clock.Now();
  const auto work = [record = std::move(record)](MetadataWriter& writer) -> Status {
    if (writer.FindDataset(record.id)) return DuplicateKey("datasets_pkey");
    return writer.InsertDataset(record);
  };
  deps_.store.Write(work, ReplyWith(std::move(reply)));
}

Result<dc::GetDatasetResponse> DataCatalog::GetDataset(const dc::GetDatasetRequest& request) {
  if (auto ok = Check(request.has_dataset(), request.dataset()); !ok) return std::unexpected(std::move(ok.error()));
  const model::DatasetId id = FromCatalog(request.dataset());
  const auto record = deps_.store.Query([&](MetadataReader& reader) { return reader.FindDataset(id); });
  if (!record) return NotStored("Dataset", id, "", "");
  dc::GetDatasetResponse out;
  *out.mutable_dataset() = ToCatalog(*record);
  return out;
}

Result<dc::ListDatasetsResponse> DataCatalog::ListDatasets(const dc::ListDatasetsRequest& request) {
  auto page = ReadPage(request.pagination());
  if (!page) return std::unexpected(std::move(page.error()));
  model::DatasetId like;
  for (const dc::SinglePropertyFilter& filter : request.filter().filters()) {
    if (!filter.has_dataset_filter())
      return InvalidArgument("Dataset cannot be filtered by the properties of artifacts, partitions or tags");
    const dc::DatasetPropertyFilter& property = filter.dataset_filter();
    switch (property.property_case()) {
      case dc::DatasetPropertyFilter::kProject: like.project = property.project(); break;
      case dc::DatasetPropertyFilter::kDomain: like.domain = property.domain(); break;
      case dc::DatasetPropertyFilter::kName: like.name = property.name(); break;
      case dc::DatasetPropertyFilter::kVersion: like.version = property.version(); break;
      case dc::DatasetPropertyFilter::kOrg:
      case dc::DatasetPropertyFilter::PROPERTY_NOT_SET: break;
    }
  }
  const auto records = deps_.store.Query(
      [&](MetadataReader& reader) { return reader.ListDatasets(like, page->ascending, page->offset, page->limit); });
  dc::ListDatasetsResponse out;
  for (const model::DatasetRecord& record : records) *out.add_datasets() = ToCatalog(record);
  out.set_next_token(registry::NextToken(page->offset, records.size(), page->limit));
  return out;
}

void DataCatalog::CreateArtifact(const dc::CreateArtifactRequest& request, Reply<dc::CreateArtifactResponse> reply) {
  const dc::Artifact& artifact = request.artifact();
  Status ok = request.has_artifact() ? Check(artifact.has_dataset(), artifact.dataset()) : Missing("artifact");
  if (ok) ok = RequireText(artifact.id(), "artifactID");
  if (ok && artifact.data().empty()) ok = Missing("artifactData");
  if (!ok) return reply(std::unexpected(std::move(ok.error())));
  model::ArtifactRecord record;
  record.dataset = FromCatalog(artifact.dataset());
  record.id = artifact.id();
  record.metadata.insert(artifact.metadata().key_map().begin(), artifact.metadata().key_map().end());
  for (const dc::Partition& partition : artifact.partitions())
    record.partitions.emplace_back(partition.key(), partition.value());
  record.created_at = deps_.clock.Now();
  // Looked at before its data is written: an artifact that exists keeps its own.
  const bool exists = deps_.store.Query(
      [&](MetadataReader& reader) { return reader.FindArtifact(record.dataset, record.id).has_value(); });
  if (exists) return reply(DuplicateKey("artifacts_pkey"));
  if (auto stored = Store(deps_, artifact.data(), &record); !stored)
    return reply(std::unexpected(std::move(stored.error())));
  const auto work = [record = std::move(record)](MetadataWriter& writer) -> Status {
    if (!writer.FindDataset(record.dataset)) return NotStored("Dataset", record.dataset, "", "");
    if (writer.FindArtifact(record.dataset, record.id)) return DuplicateKey("artifacts_pkey");
    return writer.PutArtifact(record);
  };
  deps_.store.Write(work, ReplyWith(std::move(reply)));
}

// The artifact with its tags and values.
Result<dc::Artifact> DataCatalog::Whole(const model::ArtifactRecord& record) {
  dc::Artifact out;
  out.set_id(record.id);
  *out.mutable_dataset() = ToCatalog(record.dataset);
  CopyMap(record.metadata, out.mutable_metadata()->mutable_key_map());
  *out.mutable_created_at() = idl::ToIdl(record.created_at);
  for (const auto& [key, value] : record.partitions) {
    dc::Partition& partition = *out.add_partitions();
    partition.set_key(key);
    partition.set_value(value);
  }
  for (const std::string& name :
       deps_.store.Query([&](MetadataReader& reader) { return reader.TagsOf(record.dataset, record.id); })) {
    dc::Tag& tag = *out.add_tags();
    tag.set_name(name);
    tag.set_artifact_id(record.id);
    *tag.mutable_dataset() = out.dataset();
  }
  for (const auto& [name, uri] : record.data) {
    dc::ArtifactData& data = *out.add_data();
    data.set_name(name);
    auto place = ParseObjectUri(uri);
    if (!place) return std::unexpected(std::move(place.error()));
    auto bytes = deps_.objects.Get(place->bucket, place->key, kDataBytesMax);
    if (!bytes) return std::unexpected(std::move(bytes.error()).While(Cat("reading ", uri)));
    if (!data.mutable_value()->ParseFromString(*bytes)) return Internal(Cat(uri, " is not a literal"));
  }
  return out;
}

Result<dc::GetArtifactResponse> DataCatalog::GetArtifact(const dc::GetArtifactRequest& request) {
  if (request.query_handle_case() == dc::GetArtifactRequest::QUERY_HANDLE_NOT_SET)
    return Missing("one of artifactID/tagName");
  if (auto ok = Check(request.has_dataset(), request.dataset()); !ok) return std::unexpected(std::move(ok.error()));
  const bool by_tag = request.has_tag_name();
  const std::string& handle = by_tag ? request.tag_name() : request.artifact_id();
  if (auto ok = RequireText(handle, by_tag ? "tagName" : "artifactID"); !ok)
    return std::unexpected(std::move(ok.error()));
  const model::DatasetId dataset = FromCatalog(request.dataset());
  const auto record = deps_.store.Query([&](MetadataReader& reader) {
    return by_tag ? reader.FindTaggedArtifact(dataset, handle) : reader.FindArtifact(dataset, handle);
  });
  if (!record)
    return by_tag ? NotStored("Tag", dataset, " name:", handle) : NotStored("Artifact", dataset, " id:", handle);
  auto artifact = Whole(*record);
  if (!artifact) return std::unexpected(std::move(artifact.error()));
  dc::GetArtifactResponse out;
  *out.mutable_artifact() = std::move(*artifact);
  return out;
}

Result<dc::ListArtifactsResponse> DataCatalog::ListArtifacts(const dc::ListArtifactsRequest& request) {
  if (auto ok = Check(request.has_dataset(), request.dataset()); !ok) return std::unexpected(std::move(ok.error()));
  auto page = ReadPage(request.pagination());
  if (!page) return std::unexpected(std::move(page.error()));
  for (const auto& filter : request.filter().filters()) {
    if (filter.has_dataset_filter()) return InvalidArgument("Artifact cannot be filtered by Dataset properties");
  }
  const model::DatasetId dataset = FromCatalog(request.dataset());
  if (!deps_.store.Query([&](MetadataReader& reader) { return reader.FindDataset(dataset); }))
    return NotStored("Dataset", dataset, "", "");
  auto records = deps_.store.Query([&](MetadataReader& reader) { return reader.ArtifactsOf(dataset); });
  if (!page->ascending) std::ranges::reverse(records);
  dc::ListArtifactsResponse out;
  uint64_t seen = 0;
  for (model::ArtifactRecord& record : records) {
    if (static_cast<uint64_t>(out.artifacts_size()) == page->limit) break;
    auto artifact = Whole(record);
    if (!artifact) {
      // Its data was deleted: it is listed without.
      record.data.clear();
      artifact = Whole(record);
    }
    const bool wanted = artifact && std::ranges::all_of(request.filter().filters(),
                                                        [&](const auto& filter) { return Matches(*artifact, filter); });
    if (wanted && seen++ >= page->offset) *out.add_artifacts() = std::move(*artifact);
  }
  out.set_next_token(registry::NextToken(page->offset, static_cast<uint64_t>(out.artifacts_size()), page->limit));
  return out;
}

void DataCatalog::UpdateArtifact(const dc::UpdateArtifactRequest& request, Reply<dc::UpdateArtifactResponse> reply) {
  const bool by_tag = request.has_tag_name();
  const std::string handle = by_tag ? request.tag_name() : request.artifact_id();
  Status ok = request.query_handle_case() == dc::UpdateArtifactRequest::QUERY_HANDLE_NOT_SET
                  ? Missing("one of artifactID/tagName")
                  : Check(request.has_dataset(), request.dataset());
  if (ok) ok = RequireText(handle, by_tag ? "tagName" : "artifactID");
  if (ok && request.data().empty()) ok = Missing("artifactData");
  if (!ok) return reply(std::unexpected(std::move(ok.error())));
  const model::DatasetId dataset = FromCatalog(request.dataset());
  auto record = deps_.store.Query([&](MetadataReader& reader) {
    return by_tag ? reader.FindTaggedArtifact(dataset, handle) : reader.FindArtifact(dataset, handle);
  });
  if (!record)
    return reply(by_tag ? NotStored("Tag", dataset, " name:", handle) : NotStored("Artifact", dataset, " id:", handle));
  record->data.clear();
  if (auto stored = Store(deps_, request.data(), &*record); !stored)
    return reply(std::unexpected(std::move(stored.error())));
  if (request.has_metadata())
    record->metadata = {request.metadata().key_map().begin(), request.metadata().key_map().end()};
  auto response = std::make_shared<dc::UpdateArtifactResponse>();
  response->set_artifact_id(record->id);
  deps_.store.Write([record = std::move(*record)](MetadataWriter& writer) { return writer.PutArtifact(record); },
                    ReplyWith(std::move(reply), std::move(response)));
}

void DataCatalog::AddTag(const dc::AddTagRequest& request, Reply<dc::AddTagResponse> reply) {
  Status ok = request.has_tag() ? Check(request.tag().has_dataset(), request.tag().dataset()) : Missing("tag");
  if (ok) ok = RequireText(request.tag().name(), "tagName");
  if (ok) ok = RequireText(request.tag().artifact_id(), "artifactID");
  if (!ok) return reply(std::unexpected(std::move(ok.error())));
  const auto work = [tag = request.tag()](MetadataWriter& writer) -> Status {
    const model::DatasetId dataset = FromCatalog(tag.dataset());
    if (!writer.FindDataset(dataset)) return NotStored("Dataset", dataset, "", "");
    if (!writer.FindArtifact(dataset, tag.artifact_id()))
      return NotStored("Artifact", dataset, " id:", tag.artifact_id());
    if (writer.FindTaggedArtifact(dataset, tag.name())) return DuplicateKey("tags_pkey");
    return writer.PutTag(dataset, tag.name(), tag.artifact_id());
  };
  deps_.store.Write(work, ReplyWith(std::move(reply)));
}

void DataCatalog::GetOrExtendReservation(const dc::GetOrExtendReservationRequest& request,
                                         Reply<dc::GetOrExtendReservationResponse> reply) {
  const dc::ReservationID& id = request.reservation_id();
  Status ok = request.has_reservation_id() ? Check(id.has_dataset_id(), id.dataset_id()) : Missing("reservationID");
  if (ok) ok = RequireText(id.tag_name(), "tagName");
  if (ok) ok = RequireText(request.owner_id(), "ownerID");
  if (!ok) return reply(std::unexpected(std::move(ok.error())));
  auto response = std::make_shared<dc::GetOrExtendReservationResponse>();
  *response->mutable_reservation()->mutable_reservation_id() = id;
  const auto work = [response, key = model::ReservationKey(FromCatalog(id.dataset_id()), id.tag_name()),
                     owner = request.owner_id(), heartbeat = idl::FromIdl(request.heartbeat_interval()),
                     now = deps_.clock.Now()](MetadataWriter& writer) -> Status {
    auto reservation = cache::GetOrExtend(writer, key, owner, heartbeat, now);
    if (!reservation) return std::unexpected(std::move(reservation.error()));
    response->mutable_reservation()->set_owner_id(reservation->owner);
    *response->mutable_reservation()->mutable_heartbeat_interval() = idl::ToIdl(reservation->heartbeat);
    *response->mutable_reservation()->mutable_expires_at() = idl::ToIdl(reservation->expires_at);
    return {};
  };
  deps_.store.Write(work, ReplyWith(std::move(reply), response));
}

void DataCatalog::ReleaseReservation(const dc::ReleaseReservationRequest& request,
                                     Reply<dc::ReleaseReservationResponse> reply) {
  const dc::ReservationID& id = request.reservation_id();
  Status ok = request.has_reservation_id() ? Check(id.has_dataset_id(), id.dataset_id()) : Missing("reservationID");
  if (ok) ok = RequireText(id.tag_name(), "tagName");
  if (ok) ok = RequireText(request.owner_id(), "ownerID");
  if (!ok) return reply(std::unexpected(std::move(ok.error())));
  const auto work = [key = model::ReservationKey(FromCatalog(id.dataset_id()), id.tag_name()),
                     owner = request.owner_id()](MetadataWriter& writer) -> Status {
    writer.DeleteReservation(key, owner);
    return {};
  };
  deps_.store.Write(work, ReplyWith(std::move(reply)));
}

}  // namespace sandbox::api
