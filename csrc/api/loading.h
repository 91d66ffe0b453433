/* SPDX-License-Identifier: Apache-2.0
 * What loading the library did to the floating-point control registers. */
#ifndef TF_LOSSES_LOADING_H
#define TF_LOSSES_LOADING_H

/* Whether initializers of this library changed them, which are then put back: asked once, by the
 * thread that loaded it. */
int tfl_registers_were_changed(void);

/* Whether they keep what a call writes to them. */
int tfl_registers_keep(void);

#endif
