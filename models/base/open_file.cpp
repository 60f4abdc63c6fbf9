#include "models/base/open_file.hpp"

#include <fcntl.h>

namespace spikeloom {

int open_to_read(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  // Only opening must not wait. Where the flag cannot be taken back, reads just do not wait.
  if (descriptor >= 0) fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
  return descriptor;
}

}  // namespace spikeloom
