// The product's probe under another name, behind the one of sound_hdf5.cpp.
#define require_survival require_survival_in_child
#include "models/base/hdf5_probe.cpp"  // NOLINT(bugprone-suspicious-include)
