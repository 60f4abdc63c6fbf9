#pragma once

#include <cstdlib>
#include <string>

namespace spikeloom::testing {

/// The folder of reference data: SPIKELOOM_DATA, else beside the source tree.
inline std::string reference_data() {
  const char* chosen = std::getenv("SPIKELOOM_DATA");
  return chosen != nullptr ? chosen : SPIKELOOM_SOURCE_DIR "/../shared/data";
}

}  // namespace spikeloom::testing
