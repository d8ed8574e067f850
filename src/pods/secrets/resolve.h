#pragma once

// What a pod gets for the secrets it asks for: protocol/execution-engine 8.1.

#include <string>
#include <vector>

#include "sandbox/ports/container_runner.h"
#include "sandbox/ports/secret_store.h"

namespace sandbox::pods {

inline constexpr char kMissingSecret[] = "MissingSecret";

// Any thread; blocks on the store. INVALID_ARGUMENT with reason BadTaskFormat for a request that names nothing,
// NOT_FOUND with reason MissingSecret when there is no such secret: the text names its group and key, and never holds a
// value.
Result<SecretValues> ResolveSecrets(SecretStore& store, const std::vector<SecretRequest>& requests);

}  // namespace sandbox::pods
