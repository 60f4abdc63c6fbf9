#include "sim/golden/float/process.hpp"

#include "models/base/error.hpp"

namespace spikeloom::golden {

void ProcessSite::fail(const std::string& sentence) const {
  throw InputError(file, node.name, sentence);
}

}  // namespace spikeloom::golden
