#include "sim/golden/float/process.hpp"

#include "models/base/error.hpp"
#include "models/network/shapes.hpp"

namespace spikeloom::golden {

void ProcessSite::fail(const std::string& sentence) const {
  throw InputError(file, nir_path_of(node.name), sentence);
}

}  // namespace spikeloom::golden
