#pragma once
// HDF5 files that a fuzz target has written by the HDF5 library are sound; to try each in a child
// process first, as the product does with what users bring, would take nine tenths of the time.

namespace spikeloom_fuzz {

/// While one lives, HDF5 files are read without a child process.
class SoundHdf5 {
 public:
  SoundHdf5();
  SoundHdf5(const SoundHdf5&) = delete;
  SoundHdf5& operator=(const SoundHdf5&) = delete;
  ~SoundHdf5();
};

}  // namespace spikeloom_fuzz
