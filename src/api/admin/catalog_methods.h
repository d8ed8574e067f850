#pragma once

#include "api/method.h"

namespace sandbox::core {
class CacheService;
class DataCatalog;
}  // namespace sandbox::core

namespace sandbox::api {

// datacatalog.DataCatalog and flyteidl.cacheservice.CacheService. Both outlive the table.
void AddCatalogMethods(MethodTable& table, core::DataCatalog& catalog, core::CacheService& cache);

}  // namespace sandbox::api
