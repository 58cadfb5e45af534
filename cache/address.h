/* SPDX-License-Identifier: MIT */
#include "cache/base/address.h"
