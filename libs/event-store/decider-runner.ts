/** placeholder signature, to be implemented */
