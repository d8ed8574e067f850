#include "api/v1/catalog_methods.h"

#include "api/v1/catalog.h"
#include "api/v1/service_binder.h"

namespace sandbox::api {
void AddCatalogMethods(MethodTable& table, api::DataCatalog& catalog, api::CacheService& cache) {
  using api::CacheService;
  using api::DataCatalog;
  ServiceBinder<DataCatalog> data(table, catalog, "datacatalog.DataCatalog");
  data.Add("CreateDataset", &DataCatalog::CreateDataset);
  data.Add("GetDataset", &DataCatalog::GetDataset);
  data.Add("ListDatasets", &DataCatalog::ListDatasets);
  data.Add("CreateArtifact", &DataCatalog::CreateArtifact);
  data.Add("GetArtifact", &DataCatalog::GetArtifact);
  data.Add("ListArtifacts", &DataCatalog::ListArtifacts);
  data.Add("UpdateArtifact", &DataCatalog::UpdateArtifact);
  data.Add("AddTag", &DataCatalog::AddTag);
  data.Add("GetOrExtendReservation", &DataCatalog::GetOrExtendReservation);
  data.Add("ReleaseReservation", &DataCatalog::ReleaseReservation);
  ServiceBinder<CacheService> keys(table, cache, "flyteidl.cacheservice.CacheService");
  keys.Add("Get", &CacheService::Get);
  keys.Add("Put", &CacheService::Put);
  keys.Add("Delete", &CacheService::Delete);
  keys.Add("GetOrExtendReservation", &CacheService::GetOrExtendReservation);
  keys.Add("ReleaseReservation", &CacheService::ReleaseReservation);
}

}  // namespace sandbox::api
