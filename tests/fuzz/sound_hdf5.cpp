#include "tests/fuzz/sound_hdf5.hpp"

#include "models/base/hdf5_probe.hpp"

namespace {

int living = 0;

}  // namespace

namespace spikeloom_fuzz {

SoundHdf5::SoundHdf5() { ++living; }
SoundHdf5::~SoundHdf5() { --living; }

}  // namespace spikeloom_fuzz

namespace spikeloom {

/// The product's own, under the name that CMakeLists.txt gives it here.
void require_survival_in_child(const std::string& file, const std::function<void()>& read_all);

/// Stands before the product's.
void require_survival(const std::string& file, const std::function<void()>& read_all) {
  if (living == 0) require_survival_in_child(file, read_all);
}

}  // namespace spikeloom
