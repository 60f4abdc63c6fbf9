#pragma once
// Recordings and networks made elsewhere, which are not part of the source tree.

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace spikeloom::testing {

/// The folder of reference data: SPIKELOOM_DATA, else beside the source tree.
inline std::string reference_data() {
  const char* chosen = std::getenv("SPIKELOOM_DATA");
  return chosen != nullptr ? chosen : SPIKELOOM_SOURCE_DIR "/../shared/data";
}

/// Whether reference_data() holds all of `names`; a test ends if not. CTest then calls it skipped,
/// by the sentence, which spikeloom_add_test() knows.
template <typename... Names>
bool has_reference_data(const Names&... names) {
  for (const std::string& name : {std::string(names)...}) {
    const std::string path = reference_data() + "/" + name;
    if (std::filesystem::exists(path)) continue;
    MESSAGE("skipped for lack of reference data: " << path);
    return false;
  }
  return true;
}

}  // namespace spikeloom::testing
