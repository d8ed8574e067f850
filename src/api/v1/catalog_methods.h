#pragma once

#include "api/method.h"

namespace sandbox::api {

class CacheService;
class DataCatalog;

// datacatalog.DataCatalog and flyteidl.cacheservice.CacheService. Both outlive the table.
void AddCatalogMethods(MethodTable& table, DataCatalog& catalog, CacheService& cache);

}  // namespace sandbox::api
