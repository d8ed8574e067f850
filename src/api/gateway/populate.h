#pragma once

// Path and query parameters into request messages.

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "api/gateway/url.h"
#include "sandbox/base/error.h"

namespace sandbox::api {

// Sets the field at `path` ("id.name", names in either spelling). A path that does not exist is ignored.
// INVALID_ARGUMENT with the reference's texts. `values` is not empty.
Status PopulateField(google::protobuf::Message* message, const std::string& path, std::vector<std::string> values);

// Every parameter but those whose first name is in `taken` as a whole.
Status PopulateQuery(google::protobuf::Message* message, const Query& query, const std::vector<std::string>& taken);

// A path variable; errors name the parameter.
Status PopulatePath(google::protobuf::Message* message, const std::string& path, const std::string& value);

}  // namespace sandbox::api
