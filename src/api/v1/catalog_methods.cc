#include "api/v1/catalog_methods.h"

#include "api/v1/catalog.h"

namespace sandbox::api {
namespace {

// Binds member functions of one service.
template <typename Service>
class CatalogBinder {
 public:
  CatalogBinder(MethodTable& table, Service& service, std::string name)
      : table_(table), service_(service), name_(std::move(name)) {}

  template <typename Request, typename Response>
  void Add(const std::string& name, Result<Response> (Service::*method)(const Request&)) {
    table_.Add<Request, Response>(
        name_ + name, [&service = service_, method](const Request& request) { return (service.*method)(request); });
  }

  template <typename Request, typename Response>
  void Add(const std::string& name, void (Service::*method)(const Request&, std::function<void(Result<Response>)>)) {
    table_.AddAsync<Request, Response>(name_ + name,
                                       [&service = service_, method](const Request& request, Reply<Response> reply) {
                                         (service.*method)(request, std::move(reply));
                                       });
  }

 private:
  MethodTable& table_;
  Service& service_;
  const std::string name_;
};

}  // namespace

void AddCatalogMethods(MethodTable& table, api::DataCatalog& catalog, api::CacheService& cache) {
  using api::CacheService;
  using api::DataCatalog;
  CatalogBinder<DataCatalog> data(table, catalog, "datacatalog.DataCatalog/");
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
  CatalogBinder<CacheService> keys(table, cache, "flyteidl.cacheservice.CacheService/");
  keys.Add("Get", &CacheService::Get);
  keys.Add("Put", &CacheService::Put);
  keys.Add("Delete", &CacheService::Delete);
  keys.Add("GetOrExtendReservation", &CacheService::GetOrExtendReservation);
  keys.Add("ReleaseReservation", &CacheService::ReleaseReservation);
}

}  // namespace sandbox::api
