#pragma once
// The command `noc`: a chip's network under synthetic traffic.

#include <string>
#include <vector>

namespace spikeloom {

struct NocRequest {
  std::string chip = "noc8x8";  ///< a chip file, or the name of a shipped chip
  std::vector<std::string> patterns = {"uniform"};
  std::vector<double> offered = {0.02, 0.1, 0.2};  ///< packets per node and cycle
};

/// Measures each pattern at each rate, prints, and returns the exit code. Throws InputError.
int noc_command(const NocRequest& request, bool as_json);

}  // namespace spikeloom
