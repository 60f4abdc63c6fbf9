#include "models/base/hdf5_handle.hpp"

#include <algorithm>

namespace spikeloom::hdf5 {

void prepare_library() {
  H5dont_atexit();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Handle variable_text_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), H5T_VARIABLE);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  return type;
}

std::vector<std::string> prefixes_of(const std::string& path) {
  std::vector<std::string> prefixes;
  for (std::size_t at = path.find_first_not_of('/'); at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    if (end > at) prefixes.push_back(path.substr(0, end));
    at = end + 1;
  }
  return prefixes;
}

}  // namespace spikeloom::hdf5
