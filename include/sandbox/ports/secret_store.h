#pragma once

// Values that tasks may ask for, encrypted at rest.
//
// Thread: any; several processes may use one store. Blocks on the disk.

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/base/error.h"
#include "sandbox/base/time.h"

namespace sandbox {

struct SecretName {
  std::string group;
  std::string key;
  auto operator<=>(const SecretName&) const = default;
};

// What may be told of a stored one.
struct StoredSecret {
  SecretName name;
  Instant set_at{};
  auto operator<=>(const StoredSecret&) const = default;
};

// No text of an error contains a value.
class SecretStore {
 public:
  virtual ~SecretStore() = default;

  // Replaces an existing value. INVALID_ARGUMENT for an empty or overlong name or an overlong value.
  virtual Status Put(const SecretName& name, std::string_view value) = 0;
  // NOT_FOUND when there is none.
  virtual Status Delete(const SecretName& name) = 0;
  // Sorted by name.
  virtual Result<std::vector<StoredSecret>> List() = 0;
  // The newest value, whichever process put it. Nullopt when there is none.
  virtual Result<std::optional<std::string>> Find(const SecretName& name) = 0;
};

}  // namespace sandbox
