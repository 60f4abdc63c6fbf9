#include "cli/print.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "models/base/error.hpp"

namespace spikeloom {

void print(const std::string& text) {
  if (std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0)
    throw InputError(
        "standard output", "", std::string("cannot be written: ") + std::strerror(errno));
}

}  // namespace spikeloom
