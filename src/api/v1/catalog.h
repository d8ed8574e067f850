#pragma once

// The catalog of cached outputs as clients may ask it: datacatalog.DataCatalog, which is what the engine uses, and
// flyteidl.cacheservice.CacheService, a store of its own. No stock client calls them (protocol/control-plane 8.4).
//
// Thread: any; reads run on the calling thread. Those with a Reply answer on a thread of the store.

#include "flyteidl/cacheservice/cacheservice.pb.h"
#include "flyteidl/datacatalog/datacatalog.pb.h"
#include "sandbox/base/reply.h"
#include "sandbox/ports/loop.h"
#include "sandbox/ports/metadata_store.h"
#include "sandbox/ports/object_layout.h"
#include "sandbox/ports/object_store.h"

namespace sandbox::api {

struct CatalogDeps {
  MetadataStore& store;
  ObjectStore& objects;
  Clock& clock;
  ObjectLayout layout{};
};

class DataCatalog {
 public:
  explicit DataCatalog(CatalogDeps deps) : deps_(deps) {}

  void CreateDataset(const datacatalog::CreateDatasetRequest& request, Reply<datacatalog::CreateDatasetResponse> reply);
  Result<datacatalog::GetDatasetResponse> GetDataset(const datacatalog::GetDatasetRequest& request);
  Result<datacatalog::ListDatasetsResponse> ListDatasets(const datacatalog::ListDatasetsRequest& request);
  void CreateArtifact(const datacatalog::CreateArtifactRequest& request,
                      Reply<datacatalog::CreateArtifactResponse> reply);
  Result<datacatalog::GetArtifactResponse> GetArtifact(const datacatalog::GetArtifactRequest& request);
  Result<datacatalog::ListArtifactsResponse> ListArtifacts(const datacatalog::ListArtifactsRequest& request);
  void UpdateArtifact(const datacatalog::UpdateArtifactRequest& request,
                      Reply<datacatalog::UpdateArtifactResponse> reply);
  void AddTag(const datacatalog::AddTagRequest& request, Reply<datacatalog::AddTagResponse> reply);
  void GetOrExtendReservation(const datacatalog::GetOrExtendReservationRequest& request,
                              Reply<datacatalog::GetOrExtendReservationResponse> reply);
  void ReleaseReservation(const datacatalog::ReleaseReservationRequest& request,
                          Reply<datacatalog::ReleaseReservationResponse> reply);

 private:
  Result<datacatalog::Artifact> Whole(const model::ArtifactRecord& record);

  CatalogDeps deps_;
};

class CacheService {
 public:
  explicit CacheService(CatalogDeps deps) : deps_(deps) {}

  Result<flyteidl::cacheservice::GetCacheResponse> Get(const flyteidl::cacheservice::GetCacheRequest& request);
  void Put(const flyteidl::cacheservice::PutCacheRequest& request,
           Reply<flyteidl::cacheservice::PutCacheResponse> reply);
  void Delete(const flyteidl::cacheservice::DeleteCacheRequest& request,
              Reply<flyteidl::cacheservice::DeleteCacheResponse> reply);
  void GetOrExtendReservation(const flyteidl::cacheservice::GetOrExtendReservationRequest& request,
                              Reply<flyteidl::cacheservice::GetOrExtendReservationResponse> reply);
  void ReleaseReservation(const flyteidl::cacheservice::ReleaseReservationRequest& request,
                          Reply<flyteidl::cacheservice::ReleaseReservationResponse> reply);

 private:
  CatalogDeps deps_;
};

}  // namespace sandbox::api
