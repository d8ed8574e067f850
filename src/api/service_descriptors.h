#pragma once

// The definitions of the services that are served, as descriptors of the generated code.

#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_message_reflection.h>

#include <vector>

#include "flyteidl/cacheservice/cacheservice.pb.h"
#include "flyteidl/datacatalog/datacatalog.pb.h"
#include "flyteidl/service/admin.pb.h"
#include "flyteidl/service/auth.pb.h"
#include "flyteidl/service/dataproxy.pb.h"
#include "flyteidl/service/identity.pb.h"
#include "flyteidl/service/signal.pb.h"
#include "sandbox/base/check.h"

namespace sandbox::api {

// All of them: Admin, DataProxy, Signal, AuthMetadata, Identity, and the catalog's two. Static for the life of the
// process.
inline std::vector<const google::protobuf::ServiceDescriptor*> ServiceDescriptors() {
  // The tables are named so that the linker keeps files that define services only.
  for (const auto* table :
       {&descriptor_table_flyteidl_2fservice_2fadmin_2eproto, &descriptor_table_flyteidl_2fservice_2fdataproxy_2eproto,
        &descriptor_table_flyteidl_2fservice_2fsignal_2eproto, &descriptor_table_flyteidl_2fservice_2fauth_2eproto,
        &descriptor_table_flyteidl_2fservice_2fidentity_2eproto,
        &descriptor_table_flyteidl_2fdatacatalog_2fdatacatalog_2eproto,
        &descriptor_table_flyteidl_2fcacheservice_2fcacheservice_2eproto}) {
    const google::protobuf::internal::AddDescriptorsRunner named(table);
  }
  std::vector<const google::protobuf::ServiceDescriptor*> services;
  for (const char* name :
       {"flyteidl.service.AdminService", "flyteidl.service.DataProxyService", "flyteidl.service.SignalService",
        "flyteidl.service.AuthMetadataService", "flyteidl.service.IdentityService", "datacatalog.DataCatalog",
        "flyteidl.cacheservice.CacheService"}) {
    services.push_back(google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name));
    SANDBOX_CHECK(services.back() != nullptr, name);
  }
  return services;
}

}  // namespace sandbox::api
